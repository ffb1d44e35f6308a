using Google.Protobuf;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Audit;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Reports;
using Zhice.Grains.Audit;

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
    IGrainFactory grains, ICatalogs catalogs, PromotionServices services, AuditWriter? audit, ILogger<ExperimentPromotion> log) : BackgroundService
{
    private const string Actor = "system";

    private static readonly TimeSpan MinPause = TimeSpan.FromSeconds(1);

    /// <summary>Looks at all experiments once.</summary>
    public async Task LookAsync()
    {
        var catalog = catalogs.Current;
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
            if (look.ArmId.Length > 0)
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

    private async Task PromoteAsync(Experiment experiment, ArmPromotion look, long version)
    {
        var document = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(version);
        if (document is null)
        {
            return;
        }

        var (definition, requestId) = (V1.Catalog.Parser.ParseFrom(document.Definition), $"promote-{experiment.Id}-{look.ArmId}-{version}");
        definition.ExperimentLayers.SelectMany(static layer => layer.Experiments).First(each => each.ExperimentId == experiment.Id).PromotedArmId = look.ArmId;
        var comment = $"Experiment '{experiment.Id}': {look.Why}.";
        var change = new CatalogChange
        {
            Definition = definition.ToByteArray(), Etag = document.Version.Etag, Author = Actor, Comment = comment, RequestId = requestId,
        };
        var answer = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Apply(change);
        if (answer.Outcome == CatalogOutcome.ApprovalRequired)
        {
            await grains.GetGrain<IChangeRequestsGrain>(IChangeRequestsGrain.Key)
                .Propose(new(change.Definition, change.Etag, Actor, comment, 0, "", requestId));
        }
        else if (audit is not null && answer.Outcome == CatalogOutcome.Applied && answer.Version!.Version > version)
        {
            await audit.TryRecordAsync(new()
            {
                Stage = AuditStage.Done, CallId = Guid.NewGuid(), Actor = Actor, Method = "zhice.v1.CatalogService/ApplyCatalog",
                TargetKind = "catalog", TargetId = $"{answer.Version.Version}", RequestId = requestId, Outcome = "OK",
                Changes = [new($"experiment_layers[].experiments[{experiment.Id}].promoted_arm_id", "", look.ArmId), new("comment", "", comment)],
            });
        }
    }
}

/// <summary>When it is looked whether arms have won.</summary>
/// <param name="Every">How often.</param>
/// <param name="Clock">The time.</param>
internal sealed record PromotionServices(TimeSpan Every, TimeProvider Clock);
