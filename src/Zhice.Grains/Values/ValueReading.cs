using System.Collections.Immutable;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Values;
using Zhice.Grains.Behavior;
using Zhice.Storage.Backends;
using Zhice.Storage.Background;
using Zhice.Storage.Facts;

namespace Zhice.Grains.Values;

/// <summary>
/// Reads who is of a campaign, and what they did, from the facts that are kept, and what they have from the audience index; no customer's
/// grain is asked. It runs in the background.
/// </summary>
/// <remarks>Budget: a campaign of 1,000,000 contacts in 10 s and 200 MB.</remarks>
internal sealed class ValueReading(
    IStores stores, CustomerValues values, RecordedShares shares, BackgroundTurns turns, TimeProvider clock)
{
    // About 100 bytes each; a silo runs two at a time.
    private const int MaxCustomers = 2_000_000;

    // An event is recorded at most so long after its day, and a day of the bank begins up to a day before that of UTC, or after it.
    private const int MaxDaysLate = 8;
    private const int MaxDaysApart = 1;

    private static readonly TimeSpan MaxReading = TimeSpan.FromSeconds(90);

    /// <summary>Reads and compares.</summary>
    public async Task<ValueAnswer> CompareAsync(ValueQuestion question)
    {
        await using var turn = turns.Analyses.Ask(CancellationToken.None);
        await turn.Comes;
        return await BackgroundWork.Run(() => ReadAsync(question));
    }

    private async Task<ValueAnswer> ReadAsync(ValueQuestion question)
    {
        var begun = clock.GetTimestamp();
        var (asOfMs, totals) = await stores.Facts.SumAsync(new(question.CampaignId));
        ImmutableArray<FactTotal> entries = [.. totals.Where(static total => total.Kind is FactKind.Contacted or FactKind.HeldOut)];
        var expected = entries.Sum(static total => total.Count);
        var answer = new ValueAnswer(ValueRefusal.None, asOfMs, [])
        {
            Contacted = entries.Where(static total => total.Kind == FactKind.Contacted).Sum(static total => total.Count),
            HeldOut = entries.Where(static total => total.Kind == FactKind.HeldOut).Sum(static total => total.Count),
            Parts = shares.FindParts(question.EventType.Length == 0 ? [] : [question.EventType]),
        };
        if (expected == 0)
        {
            return answer;
        }

        var lines = new ValueLines(entries, question);
        var customers = new CampaignCustomers(question.Days, (int)Math.Min(expected, MaxCustomers));
        var read = 0L;
        foreach (var day in GetEntryDays(entries))
        {
            var filter = new CustomerFactFilter(day, [FactKind.Contacted, FactKind.HeldOut]) { GroupIds = lines.GroupIds };
            await foreach (var page in stores.Facts.ReadCustomersAsync(filter))
            {
                foreach (var fact in page)
                {
                    customers.Enter(
                        fact.CustomerId, fact.AtMs, fact.Kind == FactKind.HeldOut, lines.Find(fact.GroupId),
                        BehaviorSample.Has(fact.CustomerId, answer.Parts));
                }

                read += page.Count;
                if (FindRefusal(customers, begun) is var refusal and not ValueRefusal.None)
                {
                    return answer with { Refusal = refusal };
                }
            }
        }

        answer = answer with { WithoutFacts = Math.Max(0, expected - read), Refusal = await ReadNewsAsync(question, entries, customers, begun) };
        return answer.Refusal != ValueRefusal.None ? answer : answer with
        {
            Lines = lines.Compare(customers, asOfMs, await values.ReadAsync(customers, question)),
            NotOver = Enumerable.Range(0, customers.Count).LongCount(number => !customers.IsOver(number, asOfMs)),
            NoScores = customers.NoScores, Events = customers.Events,
        };
    }

    // Events and outcomes, from the first of the customers on.
    private async Task<ValueRefusal> ReadNewsAsync(
        ValueQuestion question, ImmutableArray<FactTotal> entries, CampaignCustomers customers, long begun)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var last = ReportDimensions.ToDate(entries.Max(static total => total.Day) + question.Days + MaxDaysLate);
        var first = ReportDimensions.ToDate(entries.Min(static total => total.Day) - MaxDaysApart);
        for (var day = first; day <= last && day <= today; day = day.AddDays(1))
        {
            var filter = new CustomerFactFilter(day, [FactKind.Behaved, FactKind.Outcome])
            {
                EventType = question.EventType, Outcomes = [question.ChurnOutcome, question.NpsOutcome],
            };
            await foreach (var page in stores.Facts.ReadCustomersAsync(filter))
            {
                foreach (var fact in page)
                {
                    Note(fact, question, customers);
                }

                if (FindRefusal(customers, begun) is var refusal and not ValueRefusal.None)
                {
                    return refusal;
                }

                await Task.Yield();
            }
        }

        return ValueRefusal.None;
    }

    private static void Note(in CustomerFact fact, ValueQuestion question, CampaignCustomers customers)
    {
        if (fact.Kind == FactKind.Behaved)
        {
            customers.NoteActive(fact.CustomerId, fact.AtMs);
            return;
        }

        if (fact.Code == question.ChurnOutcome)
        {
            customers.NoteChurned(fact.CustomerId, fact.AtMs);
        }

        if (fact.Code == question.NpsOutcome)
        {
            customers.NoteScore(fact.CustomerId, fact.AtMs, fact.AmountFen);
        }
    }

    private static IEnumerable<DateOnly> GetEntryDays(ImmutableArray<FactTotal> entries) => entries
        .SelectMany(static total => Enumerable.Range(total.Day - MaxDaysApart, (2 * MaxDaysApart) + 1))
        .Distinct().Order().Select(ReportDimensions.ToDate);

    private ValueRefusal FindRefusal(CampaignCustomers customers, long begun) =>
        customers.Count > MaxCustomers ? ValueRefusal.TooManyCustomers
        : clock.GetElapsedTime(begun) > MaxReading ? ValueRefusal.TookTooLong
        : ValueRefusal.None;
}
