using Grpc.Core;
using Zhice.Api.Audiences;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Api.Simulations;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Learning;
using Zhice.Contracts.Measurement;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Measurement.Plans;
using Zhice.Domain.Primitives;
using Zhice.V1;

namespace Zhice.Api.Measurement;

/// <summary>What follows from figures: of campaigns, ways to decide, actions and models.</summary>
internal sealed partial class MeasurementService
{
    private const int MaxHealthDays = 3_650;
    private const int UsualHealthDays = 30;

    [Call(CallClass.Read, Readers)]
    public override async Task<GetNextPlanResponse> GetNextPlan(GetNextPlanRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("campaign_id", request.CampaignId);
        check.Text("next_campaign_id", request.NextCampaignId, RequestCheck.MaxIdBytes);
        var outcome = OutcomeIds.Find(request.OutcomeId, catalogs.Current, check);
        var confidence = ReportRequests.ReadConfidence(request.Confidence, check);
        if (!(request.Worth is >= 0 and < 1))
        {
            check.Add("worth", FieldReasons.OutOfRange, "must be from 0 to below 1; 0.002 is two customers in a thousand");
        }

        check.ThrowIfAny();
        var (campaign, catalog) = (await FindCampaign(request.CampaignId), catalogs.Current);
        var lifts = await CampaignLifts.ReadAsync(Measurement, campaign, outcome!);
        var tierTag = catalog.Tag(catalog.TierTag)?.Id ?? "";
        var response = PlanReport.Create(lifts, new PlanTerms(confidence, request.Worth), tierTag, request.NextCampaignId);
        response.Need = MeasurementMap.ToNeed(lifts.ComputeNeed(
            ReportRequests.ReadDifference(0, check), ReportRequests.ReadPower(0, check), confidence, catalog.Calendar));
        return FloorOf(context).Apply(response);
    }

    [Call(CallClass.Read, Readers)]
    public override async Task<GetCatalogPlanResponse> GetCatalogPlan(GetCatalogPlanRequest request, ServerCallContext context)
    {
        var (now, check) = (catalogs.Current, new RequestCheck());
        var outcome = OutcomeIds.Find(request.OutcomeId, now, check);
        var confidence = ReportRequests.ReadConfidence(request.Confidence, check);
        var days = ReadHealthDays(request.Days, check);
        check.ThrowIfAny();
        var document = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(now.Version)
            ?? throw new InvalidOperationException("The version in force is not kept.");
        var at = time.GetUtcNow();
        return FloorOf(context).Apply(
            await new CatalogPlanReport(Measurement, document, now, outcome!, confidence)
                .CreateAsync(now.Calendar.GetDay(at.ToUnixTimeMilliseconds()) - days, at));
    }

    [Call(CallClass.Read, Readers)]
    public override async Task<GetContrastsResponse> GetContrasts(GetContrastsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var outcome = OutcomeIds.Find(request.OutcomeId, catalogs.Current, check);
        var (from, to) = ReportRequests.ReadDays(request.FromDate, request.ToDate, check);
        var confidence = ReportRequests.ReadConfidence(request.Confidence, check);
        check.ThrowIfAny();
        return FloorOf(context).Apply(
            await new ContrastReport(Measurement, outcome!, confidence).CreateAsync(request.FromDate.Length == 0 ? null : from, to));
    }

    [Call(CallClass.Bulk, Readers, Audit = AuditRule.None)]
    public override async Task<GetActionHealthResponse> GetActionHealth(GetActionHealthRequest request, ServerCallContext context)
    {
        var (now, check) = (catalogs.Current, new RequestCheck());
        var query = SimulationQueries.Read(
            new() { Audience = request.Audience, Sample = request.Sample, PlacementIds = { request.PlacementIds } }, now, now, check);
        var days = ReadHealthDays(request.Days, check);
        check.ThrowIfAny();
        var floor = CountFloor.For(context.GetCaller(), options);
        var decided = await SimulateAsync(query, floor, context.CancellationToken);
        var today = now.Calendar.GetDay(time.GetUtcNow().ToUnixTimeMilliseconds());
        return ActionReport.Create(decided, await Measurement.Sum(new("", "", today - days)), days, floor);
    }

    [Call(CallClass.Read, Readers)]
    public override async Task<GetModelHealthResponse> GetModelHealth(GetModelHealthRequest request, ServerCallContext context)
    {
        var actions = catalogs.Current.Actions.Where(static action => action.Purpose == Domain.Primitives.Purpose.Marketing);
        var cards = await Task.WhenAll(actions.Select(async action => (action.Id, await grains.GetGrain<ILearnerGrain>(action.FirstId).DescribeCard())));
        return ModelReport.Create(cards, time.GetUtcNow());
    }

    private static int ReadHealthDays(int days, RequestCheck check)
    {
        if (days is < 0 or > MaxHealthDays)
        {
            check.Add("days", FieldReasons.OutOfRange, $"is {days}; 1 to {MaxHealthDays} are allowed, or 0 for {UsualHealthDays}");
        }

        return days == 0 ? UsualHealthDays : days;
    }

    private async Task<SimulationResult> SimulateAsync(SimulationQuery query, CountFloor floor, CancellationToken cancellation)
    {
        var simulation = grains.GetGrain<ISimulationGrain>(Guid.NewGuid());
        await foreach (var news in simulation.Simulate(query, cancellation).WithCancellation(cancellation))
        {
            var message = SimulateResponse.Parser.ParseFrom(news);
            if (message.Result is not null)
            {
                SimulationFloor.Apply(message, floor);
                return message.Result;
            }
        }

        throw new InvalidOperationException("A simulation ended without its result.");
    }
}
