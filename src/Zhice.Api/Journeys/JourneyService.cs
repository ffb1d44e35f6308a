using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Audiences;
using Zhice.Api.Calls;
using Zhice.Api.Catalogs;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Catalogs.Journeys;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Primitives;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Journeys;

/// <summary>Journeys: definitions, reports, and an operator's hand.</summary>
internal sealed class JourneyService(
    IGrainFactory grains, ICatalogs catalogs, CatalogChanges changes, JourneyOverrides hand, JourneySimulations simulations,
    ApiOptions options, TimeProvider time)
    : V1.JourneyService.JourneyServiceBase
{
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(1);

    [Call(CallClass.Write, Roles.Operator, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override async Task<ApplyJourneyResponse> ApplyJourney(ApplyJourneyRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Journey is null)
        {
            check.Add("journey", FieldReasons.Required, "must be set");
        }

        CatalogChanges.CheckNotes(request.Etag, request.Comment, request.RequestId, check);
        check.ThrowIfAny();
        var document = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(0);
        var catalog = document is null ? new V1.Catalog() : V1.Catalog.Parser.ParseFrom(document.Definition);
        var journey = request.Journey!;
        var place = catalog.Journeys.ToList().FindIndex(each => (each.JourneyId, each.Version) == (journey.JourneyId, journey.Version));
        if (place < 0)
        {
            catalog.Journeys.Add(journey);
        }
        else
        {
            catalog.Journeys[place] = journey;
        }

        var version = await changes.MakeAsync(
            new CatalogChange
            {
                Definition = catalog.ToByteArray(),
                Etag = request.Etag.Length > 0 ? request.Etag : document?.Version.Etag ?? "",
                ValidateOnly = request.ValidateOnly,
                Author = context.GetCaller().Name,
                Comment = request.Comment,
                RequestId = request.RequestId,
                BodyHash = BodyHash.Compute(request),
            },
            warnings: null,
            context.CancellationToken);
        return new() { Version = version };
    }

    [Call(CallClass.Read, Roles.Staff)]
    public override async Task<ListJourneysResponse> ListJourneys(ListJourneysRequest request, ServerCallContext context)
    {
        var document = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Find(0);
        return new() { Journeys = { document is null ? [] : V1.Catalog.Parser.ParseFrom(document.Definition).Journeys } };
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<GetJourneyReportResponse> GetJourneyReport(GetJourneyReportRequest request, ServerCallContext context)
    {
        var (catalog, check) = (catalogs.Current, new RequestCheck());
        var number = JourneyOverrides.GetJourneyNumber(request.JourneyId, catalog, check);
        check.ThrowIfAny();
        var records = grains.GetGrain<IJourneyRecordsGrain>("journeys");
        var report = new GetJourneyReportResponse
        {
            Versions = { JourneyReports.Create(number, await records.ListCounts(number), catalog) },
            OverdueTimers = await records.CountOverdue((time.GetUtcNow() - Stuck).ToUnixTimeMilliseconds()),
        };
        return JourneyFloor.Apply(report, CountFloor.For(context.GetCaller(), options));
    }

    [Call(CallClass.Read, Roles.Agent | Roles.Operator, Audit = AuditRule.SensitiveRead)]
    public override async Task<GetCustomerJourneysResponse> GetCustomerJourneys(
        GetCustomerJourneysRequest request, ServerCallContext context)
    {
        var (catalog, check) = (catalogs.Current, new RequestCheck());
        check.Id("customer_id", request.CustomerId);
        check.ThrowIfAny();
        var response = new GetCustomerJourneysResponse();
        if (await grains.Customer(request.CustomerId).Find() is { } found)
        {
            foreach (ref readonly var place in found.State.Journeys.Places)
            {
                response.Places.Add(Show(place, catalog));
            }

            response.Moves.AddRange(found.State.Journeys.Path.Reverse().Select(move => JourneyReports.Show(move, catalog)));
        }

        return response;
    }

    [Call(CallClass.Write, Roles.Agent | Roles.Operator, Repeat = RepeatRule.WithRequestId, Audit = AuditRule.Change)]
    public override Task<ChangeCustomerJourneyResponse> ChangeCustomerJourney(
        ChangeCustomerJourneyRequest request, ServerCallContext context) =>
        hand.ChangeAsync(request, context.GetCaller());

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override Task ChangeAudienceJourney(
        ChangeAudienceJourneyRequest request, IServerStreamWriter<ChangeAudienceJourneyResponse> responseStream,
        ServerCallContext context) =>
        hand.ChangeAsync(request, context.GetCaller(), responseStream, context.CancellationToken);

    [Call(CallClass.Read, Roles.Operator, Audit = AuditRule.SensitiveRead)]
    public override Task<ListJourneyChangesResponse> ListJourneyChanges(ListJourneyChangesRequest request, ServerCallContext context) =>
        hand.ListAsync(request);

    [Call(CallClass.Bulk, Roles.Operator | Roles.Approver, Repeat = RepeatRule.Always, Audit = AuditRule.None)]
    public override Task<SimulateJourneysResponse> SimulateJourneys(SimulateJourneysRequest request, ServerCallContext context) =>
        simulations.PlayAsync(request, context.CancellationToken);

    private static JourneyPlace Show(in Domain.Journeys.JourneyPlace place, Catalog catalog) => new()
    {
        JourneyId = catalog.Symbols.FindName(SymbolKind.Journey, place.Journey) ?? "",
        Version = place.Version,
        StageId = JourneyReports.GetStageId(place.Stage, catalog),
        EnterTime = Values.ToTimestamp(place.EnteredAtMs),
        SinceTime = Values.ToTimestamp(place.SinceMs),
        DueTime = place.DueAtMs is { } due ? Values.ToTimestamp(due) : null,
        ArmId = JourneyReports.GetArmId(catalog.Journeys.Find(place.Journey, place.Version), place.Arm, catalog),
        Entries = place.Entries,
    };
}
