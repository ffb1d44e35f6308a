using Grpc.Core;
using Zhice.Api.Audiences;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Campaigns;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Expressions;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;
using Line = Zhice.Domain.Measurement.Reports.ReportLine;

namespace Zhice.Api.Measurement;

/// <summary>What contacts and decisions brought.</summary>
internal sealed partial class MeasurementService(IGrainFactory grains, ICatalogs catalogs, TimeProvider time, ApiOptions options)
    : V1.MeasurementService.MeasurementServiceBase
{
    private const Roles Readers = Roles.Analyst | Roles.Operator | Roles.Approver;
    private const int MaxLines = 10_000;
    private const int FactsAtOnce = 5_000;

    [Call(CallClass.Read, Readers)]
    public override async Task<GetReportResponse> GetReport(GetReportRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var query = ReportRequests.Read(request, check);
        var by = ReportRequests.ReadDimensions(request.By, ReportRequests.MaxDimensions, check);
        check.ThrowIfAny();
        var campaign = request.CampaignId.Length == 0 ? null : await FindCampaign(request.CampaignId);
        CheckJourney(request.JourneyId, catalogs.Current);
        var totals = await Measurement.Sum(query);
        var lines = Line.Divide(totals.Totals, by);
        return FloorOf(context).Apply(new GetReportResponse
        {
            AsOfTime = Values.ToTimestamp(totals.AsOfMs),
            Lines = { lines.Take(MaxLines).Select(line => MeasurementMap.ToLine(line, catalogs.Current)) },
            IsCut = lines.Length > MaxLines,
            Runs = campaign is null ? null : MeasurementMap.ToRuns(campaign),
        });
    }

    [Call(CallClass.Read, Readers)]
    public override async Task<GetLiftResponse> GetLift(GetLiftRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("campaign_id", request.CampaignId);
        var by = ReportRequests.ReadDimensions(request.By, ReportRequests.MaxLiftDimensions, check);
        ReportRequests.CheckLiftDimensions(by, check);
        var outcome = OutcomeIds.Find(request.OutcomeId, catalogs.Current, check);
        var confidence = ReportRequests.ReadConfidence(request.Confidence, check);
        var difference = ReportRequests.ReadDifference(request.SmallestDifference, check);
        var power = ReportRequests.ReadPower(request.Power, check);
        var days = ReportRequests.ReadCourse(request.Days, check);
        check.ThrowIfAny();
        var campaign = await FindCampaign(request.CampaignId);
        var lifts = await CampaignLifts.ReadAsync(Measurement, campaign, outcome!);
        var methods = lifts.GetMethods(confidence, by);
        var courses = days == 0 ? default : lifts.Follow(confidence, days, by);
        return FloorOf(context).Apply(new GetLiftResponse
        {
            AsOfTime = Values.ToTimestamp(lifts.Totals.AsOfMs),
            SampleRatio = lifts.GetRatio(),
            Lines = { lifts.Compare(confidence, by).Take(MaxLines).Select(lift => MeasurementMap.ToLift(lift, methods)) },
            Need = MeasurementMap.ToNeed(lifts.ComputeNeed(difference, power, confidence, catalogs.Current.Calendar)),
            Winner = by is [Dimension.Arm] ? lifts.FindWinner(confidence) : null,
            Courses = { courses.Value is { } found ? found.Select(MeasurementMap.ToCourse) : [] },
            CourseRefusal = courses.Refusal ?? "",
        });
    }

    [Call(CallClass.Read, Readers)]
    public override async Task<GetExperimentLiftResponse> GetExperimentLift(
        GetExperimentLiftRequest request, ServerCallContext context) =>
        FloorOf(context).Apply(await new ExperimentReports(Measurement).CreateAsync(request, catalogs.Current));

    [Call(CallClass.Read, Readers)]
    public override Task<GetPressureResponse> GetPressure(GetPressureRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var (from, to) = ReportRequests.ReadDays(request.FromDate, request.ToDate, check);
        check.ThrowIfAny();
        return new PressureReports(grains, time, CountFloor.For(context.GetCaller(), options)).CreateAsync(new("", "", from, to), catalogs.Current);
    }

    [Call(CallClass.Bulk, Roles.Data, Audit = AuditRule.SensitiveRead)]
    public override async Task StreamFacts(
        StreamFactsRequest request, IServerStreamWriter<StreamFactsResponse> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck();
        var day = ReportRequests.ReadEndedDay(request.RecordedOn, time.GetUtcNow(), check);
        check.ThrowIfAny();
        for (var after = 0L; await Measurement.ListFacts(day, after, FactsAtOnce) is { Facts.Length: > 0 } page; after = page.Last)
        {
            await responseStream.WriteAsync(
                new() { Facts = { page.Facts.Select(fact => FactMap.ToFact(fact, catalogs.Current)) } }, context.CancellationToken);
        }
    }

    private ReportFloor FloorOf(ServerCallContext context) => new(CountFloor.For(context.GetCaller(), options));

    private IMeasurementGrain Measurement => grains.GetGrain<IMeasurementGrain>(IMeasurementGrain.Key);

    private async Task<CampaignRecord> FindCampaign(string campaignId) => await grains.GetGrain<ICampaignGrain>(campaignId).Find()
        ?? throw ApiError.Fail(
            ErrorReasons.CampaignNotFound, $"There is no campaign '{RequestCheck.Clip(campaignId)}'.",
            ("campaign_id", RequestCheck.Clip(campaignId)));

    // Journeys that are no longer in the catalogue still have totals.
    private static void CheckJourney(string journeyId, Domain.Catalogs.Catalog catalog)
    {
        if (journeyId.Length > 0 && catalog.Symbols.Find(SymbolKind.Journey, journeyId) == 0)
        {
            var id = RequestCheck.Clip(journeyId);
            throw ApiError.Fail(
                ErrorReasons.JourneyNotFound, $"There is no journey '{id}'{NearestName.Hint(id, catalog.Journeys.Stages.Keys)}.",
                ("journey_id", id));
        }
    }
}
