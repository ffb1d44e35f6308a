using System.Globalization;
using Zhice.Cli.Lake;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Measurement.Attribution;

namespace Zhice.Cli.Reports;

/// <summary>Outcomes booked on the lines of a report by an accounting view.</summary>
/// <param name="By">The dimensions.</param>
internal sealed class AttributionReport(string[] By)
{
    private readonly Dictionary<string, AttributionLine> _lines = new(StringComparer.Ordinal);

    /// <summary>The lines, those with the largest amounts first.</summary>
    public IEnumerable<AttributionLine> Lines => _lines.Values
        .OrderByDescending(static line => line.Fen).ThenByDescending(static line => line.Share)
        .ThenBy(static line => string.Join('\0', line.Keys), StringComparer.Ordinal);

    /// <summary>All outcomes, booked or not.</summary>
    public AttributionLine Total { get; private set; } = new([]);

    /// <summary>Those that no touch precedes within the window.</summary>
    public AttributionLine NoTouch { get; private set; } = new([]);

    /// <summary>Those whose event names a contact or decision that is not among the touches.</summary>
    public AttributionLine NamedElsewhere { get; private set; } = new([]);

    /// <summary>Books an outcome.</summary>
    /// <param name="view">The view.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="touches">The customer's touches.</param>
    /// <param name="actions">The actions whose touches count for outcomes that name nothing; none: all.</param>
    public void Book(AccountingView view, LakeOutcome outcome, IEnumerable<LakeTouch> touches, string[] actions)
    {
        var isNamed = outcome.Outcome.Contact is not null || outcome.Outcome.Decision is not null;
        LakeTouch[] counted = [.. touches.Where(touch => isNamed || actions.Length == 0 || actions.Contains(touch.Action))];
        var booked = outcome.IsLost
            ? new(AttributionBasis.NamedElsewhere, [])
            : view.Attribute([.. counted.Select(static touch => touch.Touch)], outcome.Outcome);
        var all = new Credit(0, 1, outcome.Outcome.Fen);
        Total = Total.With(all);
        (NoTouch, NamedElsewhere) = booked.Basis switch
        {
            AttributionBasis.NoTouch => (NoTouch.With(all), NamedElsewhere),
            AttributionBasis.NamedElsewhere => (NoTouch, NamedElsewhere.With(all)),
            _ => (NoTouch, NamedElsewhere),
        };
        foreach (var credit in booked.Credits)
        {
            var keys = counted[credit.Touch].Keys;
            var key = string.Join('\0', keys);
            _lines[key] = (_lines.GetValueOrDefault(key) ?? new(keys)).With(credit);
        }
    }

    public void Print(Terminal terminal)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                lines = Lines.Select(static line => new { keys = line.Keys, outcomes = line.Share, fen = line.Fen }),
                noTouch = new { outcomes = NoTouch.Share, fen = NoTouch.Fen },
                namedElsewhere = new { outcomes = NamedElsewhere.Share, fen = NamedElsewhere.Fen },
                total = new { outcomes = Total.Share, fen = Total.Fen },
            }));
            return;
        }

        terminal.Table(
            "booked on touches",
            [.. By.Select(static name => new Column(name)), Column.Number("outcomes"), Column.Number("yuan")],
            [
                .. Lines.Select(line => Row([.. line.Keys.Select(static key => key.Length > 0 ? key : "(none)")], line)),
                .. new[] { ("(no touch before it)", NoTouch), ("(names another contact)", NamedElsewhere), ("all", Total) }
                    .Where(static each => each.Item2.Share > 0)
                    .Select(each => Row([.. By.Select((_, i) => i == 0 ? each.Item1 : "")], each.Item2)),
            ]);
        terminal.Line("This is bookkeeping: it books outcomes of customers who would have come anyway too. What a campaign brought, 'zhice report holdout' measures.");
    }

    private static string[] Row(string[] keys, AttributionLine line) =>
        [.. keys, line.Share.ToString("#,0.00", CultureInfo.InvariantCulture), NumberText.Yuan(line.Fen)];
}

/// <summary>What is booked on a line.</summary>
/// <param name="Keys">The values of its dimensions.</param>
internal sealed record AttributionLine(string[] Keys)
{
    /// <summary>How many outcomes, parts of them added up.</summary>
    public double Share { get; private init; }

    /// <summary>Their amounts, to the fen.</summary>
    public long Fen { get; private init; }

    /// <summary>The line with a part of an outcome more.</summary>
    public AttributionLine With(Credit credit) => this with { Share = Share + credit.Share, Fen = checked(Fen + credit.Fen) };
}
