using Zhice.BankMarketing;
using Zhice.Catalogs.Journeys;
using Zhice.Cli.Running;
using Zhice.Domain.Customers;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Cli.Replay;

/// <summary>
/// The calls of the UCI Bank Marketing campaign as a journey: who was called before, how that ended, how often they were
/// called this time (<c>previous</c>, <c>poutcome</c>, <c>campaign</c>), and what they said.
/// </summary>
internal static class BankMarketingFunnel
{
    public const string JourneyId = "bank_marketing_calls";

    private const long HourMs = 3_600_000;
    private static readonly long StartMs = new DateTimeOffset(2008, 5, 5, 1, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Plays all rows, and says how their customers fared.</summary>
    public static V1.JourneyVersionReport Play(Catalog catalog, IEnumerable<BankMarketingRow> rows)
    {
        var number = catalog.Symbols.Find(SymbolKind.Journey, JourneyId);
        if (catalog.Journeys.Newest(number) is null)
        {
            throw new FailureException($"The catalogue has no journey '{JourneyId}': take the sample's, deploy/sample/catalog.");
        }

        var tallies = new Dictionary<JourneyMove, long>();
        foreach (var row in rows)
        {
            var rehearsal = new JourneyRehearsal(catalog, row.CustomerId, new CustomerState(), StartMs);
            foreach (var (hour, customerEvent) in GetEvents(row).Index())
            {
                rehearsal.Happens(catalog.EventTypes[customerEvent], StartMs + (hour * HourMs));
            }

            foreach (var move in rehearsal.Steps.Where(
                static step => step.Move is not null).Select(static step => step.Move!.Value).Where(move => move.Journey == number))
            {
                var same = move with { AtMs = 0 };
                tallies[same] = tallies.GetValueOrDefault(same) + 1;
            }
        }

        return JourneyReports.Create(number, tallies.Select(static tally => new JourneyCount(tally.Key, tally.Value)), catalog).Single();
    }

    private static IEnumerable<string> GetEvents(BankMarketingRow row)
    {
        var (previous, calls) = (GetNumber(row, "previous_contacts"), GetNumber(row, "campaign_contacts"));
        if (previous > 0)
        {
            yield return "earlier_call";
            yield return row.TagChanges.Single(static change => change.TagId == "previous_outcome").Set.StringValue == "success"
                ? "earlier_success"
                : "earlier_failure";
        }

        for (var call = 0L; call < calls; call++)
        {
            yield return "campaign_call";
        }

        yield return row.IsAccepted ? "deposit_opened" : "offer_refused";
    }

    private static long GetNumber(BankMarketingRow row, string tag) =>
        row.TagChanges.Single(change => change.TagId == tag).Set.IntegerValue;
}
