using Google.Protobuf;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Grains.Measurement;

/// <summary>
/// Promotes the arms of experiments of the catalogue that win, where the catalogue lets it: by a change of the catalogue, or where a second
/// person must approve changes, by a change request. Each silo looks; the request id makes the change once.
/// </summary>
/// <param name="grains">Whom it asks.</param>
/// <param name="catalogs">The catalogue in force.</param>
/// <param name="services">What it shares with campaigns.</param>
/// <param name="audit">Where its changes are recorded; null in a silo whose storage keeps none.</param>
/// <param name="log">Where it says what it could not do.</param>
internal sealed class ExperimentPromotion(
    IGrainFactory grains, ICatalogs catalogs, PromotionServices services, PromotionAudit? audit, ILogger<ExperimentPromotion> log) : BackgroundService
{
    private const string Prefix = "promote-";

    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);

    /// <summary>Looks at all experiments once.</summary>
    public async Task LookAsync()
    {
        var catalog = catalogs.Current;
        CatalogVersionRecord[] made = [.. (await Catalog.Versions()).Where(IsOwn)];
        await (audit?.RecordMissingAsync(made) ?? Task.CompletedTask);
        foreach (var experiment in catalog.Experiments)
        {
            if (experiment is not { Promotion: { } promotion, Promoted: 0 }
                || catalog.Outcomes.FirstOrDefault(each => each.Id == promotion.OutcomeId) is not { } outcome
                || ExperimentLift.Of(experiment, "") is not { } lift)
            {
                continue;
            }

            var totals = await grains.GetGrain<IMeasurementGrain>(IMeasurementGrain.Key).Sum(new(lift.Name, ""));
            var look = ArmPromotion.Look(lift.GetArms(totals.Totals), [.. lift.Arms.Select(static arm => arm.Share)], outcome, promotion);

            // An arm that was promoted and taken back stays so: the figures that made it win are still there.
            if (look.ArmId.Length > 0 && !made.Any(version => version.RequestId.StartsWith(GetName(experiment, look), StringComparison.Ordinal)))
            {
                await PromoteAsync(experiment, look, catalog.Version);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(services.Every > MinPause ? services.Every : MinPause, services.Clock);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await LookAsync();
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    GrainsLog.PromotionFailed(log, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private ICatalogGrain Catalog => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    private async Task PromoteAsync(Experiment experiment, ArmPromotion look, long version)
    {
        if (await Catalog.Find(0) is not { } document || document.Version.Version != version)
        {
            return;
        }

        var (definition, requestId) = (V1.Catalog.Parser.ParseFrom(document.Definition), $"{GetName(experiment, look)}{version}");
        definition.ExperimentLayers.SelectMany(static layer => layer.Experiments).First(each => each.ExperimentId == experiment.Id).PromotedArmId = look.ArmId;
        var comment = $"Experiment '{experiment.Id}': {look.Why}.";
        var change = new CatalogChange
        {
            Definition = definition.ToByteArray(), Etag = document.Version.Etag, Author = PromotionAudit.Actor, Comment = comment, RequestId = requestId,
        };
        if (definition.RequireApproval)
        {
            await grains.GetGrain<IChangeRequestsGrain>(IChangeRequestsGrain.Key)
                .Propose(new(change.Definition, change.Etag, PromotionAudit.Actor, comment, 0, "", requestId));
            return;
        }

        await (audit?.BeginAsync(change) ?? Task.CompletedTask);
        var answer = await Catalog.Apply(change);
        if (answer is { Outcome: CatalogOutcome.Applied, Version: { } applied } && IsOwn(applied))
        {
            await (audit?.RecordMissingAsync([applied]) ?? Task.CompletedTask);
        }
        else
        {
            await (audit?.EndAsync(change, answer.Outcome) ?? Task.CompletedTask);
        }
    }

    // What its requests for an arm begin with; the version that they edit follows.
    private static string GetName(Experiment experiment, ArmPromotion look) => $"{Prefix}{experiment.Id}-{look.ArmId}-";

    private static bool IsOwn(CatalogVersionRecord version) =>
        version.Author == PromotionAudit.Actor && version.RequestId.StartsWith(Prefix, StringComparison.Ordinal);
}

/// <summary>When it is looked whether arms have won.</summary>
/// <param name="Every">How often.</param>
/// <param name="Clock">The time.</param>
internal sealed record PromotionServices(TimeSpan Every, TimeProvider Clock);
