using System.Collections.Immutable;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Values;

namespace Zhice.Grains.Values;

/// <summary>The lines of a report of values, by the groups of the campaign's facts.</summary>
internal sealed class ValueLines
{
    private readonly Dictionary<long, int> _lines = [];
    private readonly List<ImmutableArray<string>> _keys = [];
    private readonly ValueQuestion _question;

    /// <summary>The lines.</summary>
    /// <param name="entries">The totals of contacts and holdouts.</param>
    /// <param name="question">What the report is divided by.</param>
    public ValueLines(ImmutableArray<FactTotal> entries, ValueQuestion question)
    {
        _question = question;
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var group in entries.Select(static total => total.Group).Distinct())
        {
            ImmutableArray<string> keys = [.. question.By.Select(dimension => dimension.GetValue(group, day: 0))];
            var joined = string.Join('\0', keys);
            if (!known.TryGetValue(joined, out var line))
            {
                known[joined] = line = _keys.Count;
                _keys.Add(keys);
            }

            _lines[group.GetId()] = line;
        }
    }

    /// <summary>The groups.</summary>
    public ImmutableArray<long> GroupIds => [.. _lines.Keys];

    /// <summary>The line of a group.</summary>
    public int Find(long groupId) => _lines[groupId];

    /// <summary>Compares the customers of each line, the largest line first.</summary>
    /// <param name="customers">The customers.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="values">What the index knows of each, and how its AUM is read.</param>
    public ImmutableArray<ValueLine> Compare(CampaignCustomers customers, long nowMs, IndexedValues values)
    {
        var tallies = _keys.Select(static _ => (Contacted: new ValueTally(), HeldOut: new ValueTally())).ToArray();
        for (var number = 0; number < customers.Count; number++)
        {
            var (line, isHeldOut) = customers.GetPlace(number);
            var known = customers.GetValues(number, nowMs);
            (isHeldOut ? tallies[line].HeldOut : tallies[line].Contacted).Add(known with
            {
                AumFen = values.GetAumFen(number),
                IsChurned = _question.ChurnCondition.Length > 0 ? values.IsChurned(number)
                    : _question.ChurnOutcome > 0 ? known.IsChurned
                    : null,
            });
        }

        var compared = ValueComparison.Adjust(
            [.. tallies.Select(each => ValueComparison.List(ValueLift.Compare(each.Contacted, each.HeldOut, new Confidence(_question.Confidence)), _question.Days))]);
        return
        [
            .. tallies.Select((each, line) => new ValueLine(_keys[line], each.Contacted.Customers, each.HeldOut.Customers, compared[line]))
                .OrderByDescending(static line => line.Contacted + line.HeldOut),
        ];
    }
}
