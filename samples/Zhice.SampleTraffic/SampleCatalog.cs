using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.SampleTraffic;

/// <summary>The sample's catalogue: whether it is the one in force, and what a day needs in addition to it.</summary>
public static class SampleCatalog
{
    internal const string OutcomeId = "deposit_opened";
    internal const string ActionId = "term_deposit";
    internal const string TierTagId = "segment";
    internal const string Talk = "agent";
    internal const string RateTalk = "agent_rate";

    /// <summary>Who writes the sample's first catalogue.</summary>
    public const string Author = "sample";

    /// <summary>Refuses any bank but the sample.</summary>
    /// <exception cref="SampleRefusedException">The catalogue did not begin as the sample's, or its customers are not loaded yet.</exception>
    public static async Task CheckAsync(ZhiceClient client, CancellationToken cancellation)
    {
        try
        {
            var first = await client.Catalog.GetCatalogAsync(new() { Version = 1 }, cancellationToken: cancellation);
            if (first.Version.Author != Author)
            {
                throw new SampleRefusedException(
                    "This is not the sample bank: its first catalogue was not written by the sample. A day is played only there, so that "
                    + "nothing invented gets among a bank's customers. Start a silo on an empty folder: it begins as the sample bank.");
            }

            await client.Customers.GetCustomerAsync(new() { CustomerId = "bm-041188" }, cancellationToken: cancellation);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            throw new SampleRefusedException(
                "The sample bank is not here, or not loaded yet: wait until the start screen says that all customers "
                + "are loaded, and repeat.");
        }
    }

    /// <summary>
    /// Puts in force what a day needs: an outcome to measure by, the customers' tiers, and a second talk for an arm. The first day begins
    /// with it, so the second version of the catalogue says that a day was begun.
    /// </summary>
    internal static async Task CompleteAsync(ZhiceClient client, CancellationToken cancellation)
    {
        var inForce = await client.Catalog.GetCatalogAsync(new(), cancellationToken: cancellation);
        var catalog = inForce.Catalog;
        if (catalog.Outcomes.Any(static each => each.OutcomeId == OutcomeId))
        {
            return;
        }

        catalog.Outcomes.Add(new Outcome
        {
            OutcomeId = OutcomeId,
            DisplayName = "存入定期",
            EventTypeId = OutcomeId,
            AmountProperty = "amount",
            ActionIds = { ActionId },
            Window = Duration.FromTimeSpan(TimeSpan.FromDays(7)),
        });
        catalog.TierTagId = TierTagId;
        foreach (var type in catalog.EventTypes)
        {
            // So that there is something to analyse: by default a silo records few customers' events.
            type.Behavior = new() { Share = 1 };
            type.Behavior.Properties.AddRange(type.EventTypeId == "page_view" ? ["page"] : ["amount"]);
        }

        var deposit = catalog.Actions.First(static each => each.ActionId == ActionId);
        deposit.Treatments.Insert(1, new Treatment
        {
            TreatmentId = RateTalk,
            PlacementIds = { "remote_bank_call", "branch_desk" },
            Content = new() { Title = "定期存款（利率优先）", Body = "您好，本周三年期定期利率上调，我先为您报一下利率，再按您的金额测算到期收益，可以吗？" },
        });
        await client.Catalog.ApplyCatalogAsync(
            new() { Catalog = catalog, Etag = inForce.Version.Etag, Comment = "An outcome, tiers and a second talk, for a day of traffic" },
            cancellationToken: cancellation);
    }
}
