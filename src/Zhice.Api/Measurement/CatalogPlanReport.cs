using System.Collections.Immutable;
using Zhice.Catalogs;
using Zhice.Catalogs.Experiments;
using Zhice.Catalogs.Plans;
using Zhice.Catalogs.Yaml;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Plans;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using ActionFinding = Zhice.Domain.Measurement.Reports.ActionFinding;
using Experiment = Zhice.Domain.Experiments.Experiment;
using Compiled = Zhice.Domain.Catalogs.Catalog;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;
using Health = Zhice.Domain.Measurement.Reports.ActionHealth;
using Line = Zhice.Domain.Measurement.Reports.ReportLine;
using Timestamps = Zhice.Api.Requests.Values;

namespace Zhice.Api.Measurement;

/// <summary>What figures propose for the next version of the catalogue.</summary>
/// <param name="measurement">The figures.</param>
/// <param name="inForce">The version in force.</param>
/// <param name="now">The same, compiled.</param>
/// <param name="outcome">The outcome of which more is better.</param>
/// <param name="confidence">How sure it must be.</param>
internal sealed class CatalogPlanReport(
    IMeasurementGrain measurement, CatalogDocument inForce, Compiled now, OutcomeDefinition outcome, Confidence confidence)
{
    private const int AtOnce = 8;
    private const long Expected = 10_000;
    private const long MinReached = 1_000;

    private readonly V1.Catalog _before = V1.Catalog.Parser.ParseFrom(inForce.Definition);
    private V1.Catalog _draft = V1.Catalog.Parser.ParseFrom(inForce.Definition);
    private bool _isChanged;

    /// <summary>The answer.</summary>
    /// <param name="fromDay">From which day of the bank on actions are judged.</param>
    /// <param name="at">Now.</param>
    public async Task<GetCatalogPlanResponse> CreateAsync(int fromDay, DateTimeOffset at)
    {
        var counted = await measurement.Sum(new("", "", fromDay));
        var response = new GetCatalogPlanResponse { AsOfTime = Timestamps.ToTimestamp(counted.AsOfMs), BaseEtag = inForce.Version.Etag };
        foreach (var some in now.Experiments.Where(static experiment => experiment.Promoted == 0).Chunk(AtOnce))
        {
            var looks = await Task.WhenAll(some.Select(LookAsync));
            response.Proposals.AddRange(looks.Select(Propose).OfType<CatalogProposal>());
        }

        response.Proposals.AddRange(JudgeActions(counted, at));
        response.Draft = _isChanged ? _draft : null;
        return response;
    }

    private async Task<(Experiment, ExperimentPlan?)> LookAsync(Experiment experiment)
    {
        if (ExperimentLift.Of(experiment, "") is not { } lift)
        {
            return (experiment, null);
        }

        var totals = (await measurement.Sum(new(lift.Name, ""))).Totals;
        return (experiment, totals.IsEmpty ? null : ExperimentPlan.Propose(lift, totals, outcome, confidence, Expected));
    }

    private CatalogProposal? Propose((Experiment Experiment, ExperimentPlan? Plan) look)
    {
        if (look.Plan is not { } plan)
        {
            return null;
        }

        var id = look.Experiment.Id;
        var proposal = new CatalogProposal
        {
            TargetId = id, ArmId = plan.Winner, Refusal = plan.Refusal,
            Arms =
            {
                plan.Arms.Select(static arm => new V1.PlannedArm
                {
                    ArmId = arm.Name, Contacted = arm.Share.Trials, Converted = arm.Share.Successes, BestProbability = arm.IsBest, Weight = arm.Weight,
                }),
            },
        };
        if (plan.Winner.Length > 0)
        {
            proposal.Kind = CatalogProposalKind.PromoteArm;
            proposal.Basis = $"Arm '{plan.Winner}' is above every other arm of '{id}' by '{outcome.Id}', by a sequence that may be looked at on any day.";
            Try(proposal, draft => NextCatalog.Promote(draft, id, plan.Winner) is { } layer ? ("experiment_layers", layer.LayerId) : null);
        }
        else if (plan.IsReshared)
        {
            proposal.Kind = CatalogProposalKind.ShareArms;
            proposal.Basis =
                $"No arm of '{id}' has won yet. The shares follow the probability of each arm to be the best; an experiment with an id of its own takes its place.";
            ImmutableArray<double> shares = [.. plan.Arms.Select(static arm => (double)arm.Weight / NextPlan.AllWeights)];
            Try(proposal, draft => NextCatalog.Reshare(draft, id, shares) is not null ? ("", "") : null);
        }
        else
        {
            proposal.Kind = CatalogProposalKind.None;
        }

        return proposal;
    }

    private IEnumerable<CatalogProposal> JudgeActions(MeasuredTotals counted, DateTimeOffset at)
    {
        var marketing = now.Actions.Where(static action => action.Purpose == Domain.Primitives.Purpose.Marketing).Select(static action => action.Id).ToHashSet();
        var figures = Line.Divide(counted.Totals, [Dimension.Action]).Where(line => marketing.Contains(line.Keys[0])).Select(ToFigures)
            .Where(static each => each.Reached > 0).ToList();
        foreach (var health in Health.Judge(figures, confidence).Where(static each => each is { Finding: ActionFinding.Losing, Figures.Reached: >= MinReached }))
        {
            var (id, isAccepted) = (health.Figures.ActionId, health.Figures.Accepted > 0);
            var proposal = new CatalogProposal
            {
                Kind = isAccepted ? CatalogProposalKind.LowerLever : CatalogProposalKind.Withdraw,
                TargetId = id, Reached = health.Figures.Reached, Accepted = health.Figures.Accepted,
                Basis = isAccepted
                    ? $"'{id}' is accepted more rarely than all other actions together. That is no experiment: it may be offered to other customers. Half its lever offers it more rarely."
                    : $"Nobody has accepted '{id}'.",
                Difference = health.Difference is { } difference ? MeasurementMap.ToEstimate(difference) : null,
            };
            Try(proposal, draft => (isAccepted ? NextCatalog.HalveLever(draft, id) : NextCatalog.Withdraw(draft, id, at)) ? ("actions", id) : null);
            yield return proposal;
        }
    }

    // The draft has the change if the catalogue stays sound with it.
    private void Try(CatalogProposal proposal, Func<V1.Catalog, (string Part, string Id)?> change)
    {
        var next = _draft.Clone();
        if (change(next) is not { } place)
        {
            proposal.Refusal = "The version in force has it no more.";
            return;
        }

        var faults = CatalogCompiler.Compile(next, now.Symbols, now.Version + 1).Faults.Concat(ExperimentEdits.FindFaults(_before, next)).ToList();
        if (faults.Count > 0)
        {
            proposal.Refusal = $"The catalogue would not be sound: {faults[0].Path} {faults[0].Description}";
            return;
        }

        (_draft, _isChanged, proposal.Part, proposal.PartId) = (next, true, place.Part, place.Id);
        proposal.Text = place.Part.Length == 0 ? "" : CatalogText.Write(next, place.Part, place.Id) ?? "";
    }

    private static ActionFigures ToFigures(Line line) => new(
        line.Keys[0], 0, 0, Math.Max(line.Count(FactKind.Contacted) + line.Count(FactKind.Shown), line.Count(FactKind.Seen)),
        line.Count(FactKind.Accepted));
}
