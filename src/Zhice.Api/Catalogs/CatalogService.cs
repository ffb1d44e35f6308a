using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Catalogs;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Stocks;
using Zhice.V1;
using SymbolKind = Zhice.Domain.Primitives.SymbolKind;

namespace Zhice.Api.Catalogs;

/// <summary>What the bank defines, in versions.</summary>
internal sealed class CatalogService(IGrainFactory grains, ICatalogs catalogs, CatalogChanges changes, ChangeRequests requests)
    : V1.CatalogService.CatalogServiceBase
{
    private const int MaxDefinitionBytes = 4 * 1024 * 1024;
    private const int DefaultPage = 20;
    private const int MaxOnPage = 100;
    private const string VersionsList = "catalog/versions";

    [Call(CallClass.Read, Roles.Staff)]
    public override async Task<GetCatalogResponse> GetCatalog(GetCatalogRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Version < 0)
        {
            check.Add("version", FieldReasons.OutOfRange, $"is {request.Version}; versions begin with 1, and 0 is the one in force");
        }

        check.ThrowIfAny();
        var document = await Grain().Find(request.Version) ?? throw Refusals.CatalogVersionNotFound(request.Version);
        return new()
        {
            Catalog = Catalog.Parser.ParseFrom(document.Definition),
            Version = CatalogChanges.ToVersion(document.Version),
            NameUses = { CatalogNames.Used(catalogs.Current.Symbols).Select(static kind => new NameUse { Kind = kind.Kind, Used = kind.Used, Maximum = CatalogNames.MaxNames }) },
        };
    }

    [Call(CallClass.Read, Roles.Staff)]
    public override async Task<GetCatalogTextResponse> GetCatalogText(GetCatalogTextRequest request, ServerCallContext context) =>
        CatalogTexts.Write(request, await Grain().Find(request.Version) ?? throw Refusals.CatalogVersionNotFound(request.Version));

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver)]
    public override async Task<CheckCatalogTextResponse> CheckCatalogText(CheckCatalogTextRequest request, ServerCallContext context) =>
        CatalogTexts.Check(request, await Grain().Find(0) ?? throw Refusals.CatalogVersionNotFound(0), catalogs.Current);

    [Call(CallClass.Read, Roles.Staff | Roles.SecurityAdmin | Roles.AuditAdmin)]
    public override async Task<ListTagDataResponse> ListTagData(ListTagDataRequest request, ServerCallContext context)
    {
        var document = await Grain().Find(0) ?? throw Refusals.CatalogVersionNotFound(0);
        var catalog = catalogs.Current;
        return await TagDataList.CreateAsync(Catalog.Parser.ParseFrom(document.Definition), document.Version.Version, catalog, grains);
    }

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<ApplyCatalogResponse> ApplyCatalog(ApplyCatalogRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Catalog is null)
        {
            check.Add("catalog", FieldReasons.Required, "must be set");
        }
        else if (request.Catalog.CalculateSize() is var bytes and > MaxDefinitionBytes)
        {
            check.Add("catalog", FieldReasons.TooLong, $"has {bytes} bytes; at most {MaxDefinitionBytes} are allowed");
        }

        CatalogChanges.CheckNotes(request.Etag, request.Comment, request.RequestId, check);
        check.ThrowIfAny();
        var response = new ApplyCatalogResponse { Warnings = { CatalogWarnings.Find(request.Catalog!) } };
        response.Version = await changes.MakeAsync(
            new CatalogChange
            {
                Definition = request.Catalog!.ToByteArray(),
                Etag = request.Etag,
                ValidateOnly = request.ValidateOnly,
                Author = context.GetCaller().Name,
                Comment = request.Comment,
                RequestId = request.RequestId,
                AllowsRemovals = request.AllowRemovals,
            },
            response.Warnings,
            context.CancellationToken);
        return response;
    }

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<ListCatalogVersionsResponse> ListCatalogVersions(
        ListCatalogVersionsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = check.PageSize(request.PageSize, DefaultPage, MaxOnPage);
        var place = new byte[sizeof(long)];
        var below = long.MaxValue;
        if (request.PageToken.Length > 0 && PageToken.TryRead(VersionsList, request.PageToken, place, check))
        {
            below = BinaryPrimitives.ReadInt64LittleEndian(place);
        }

        check.ThrowIfAny();
        var response = new ListCatalogVersionsResponse();
        foreach (var version in await Grain().Versions())
        {
            if (version.Version >= below)
            {
                continue;
            }

            if (response.Versions.Count == size)
            {
                BinaryPrimitives.WriteInt64LittleEndian(place, response.Versions[^1].Version);
                response.NextPageToken = PageToken.Write(VersionsList, place);
                break;
            }

            response.Versions.Add(CatalogChanges.ToVersion(version));
        }

        return response;
    }

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<RollbackCatalogResponse> RollbackCatalog(RollbackCatalogRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Version < 1)
        {
            check.Add("version", FieldReasons.OutOfRange, $"is {request.Version}; versions begin with 1");
        }

        CatalogChanges.CheckNotes(request.Etag, request.Comment, request.RequestId, check);
        check.ThrowIfAny();
        var version = await changes.MakeAsync(
            new CatalogChange
            {
                RollbackTo = request.Version,
                Etag = request.Etag,
                Author = context.GetCaller().Name,
                Comment = request.Comment,
                RequestId = request.RequestId,
            },
            warnings: null,
            context.CancellationToken);
        return new() { Version = version };
    }

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override Task<ProposeCatalogChangeResponse> ProposeCatalogChange(
        ProposeCatalogChangeRequest request, ServerCallContext context) =>
        requests.ProposeAsync(request, context.GetCaller());

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver)]
    public override Task<ListCatalogChangesResponse> ListCatalogChanges(ListCatalogChangesRequest request, ServerCallContext context) =>
        requests.ListAsync(request);

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver)]
    public override Task<GetCatalogChangeResponse> GetCatalogChange(GetCatalogChangeRequest request, ServerCallContext context) =>
        requests.GetAsync(request.ChangeId);

    [Call(CallClass.Write, Roles.Approver, Audit = AuditRule.Change)]
    public override async Task<ApproveCatalogChangeResponse> ApproveCatalogChange(
        ApproveCatalogChangeRequest request, ServerCallContext context)
    {
        var (change, version) = await requests.CloseAsync(
            request.ChangeId, Contracts.Catalogs.ChangeState.Applied, request.Etag, context.GetCaller(), request.Comment,
            context.CancellationToken);
        return new() { Change = change, Version = version };
    }

    [Call(CallClass.Write, Roles.Approver, Audit = AuditRule.Change)]
    public override async Task<RejectCatalogChangeResponse> RejectCatalogChange(
        RejectCatalogChangeRequest request, ServerCallContext context) =>
        new()
    {
        Change = (await requests.CloseAsync(
            request.ChangeId, Contracts.Catalogs.ChangeState.Rejected, request.Etag, context.GetCaller(), request.Comment,
            context.CancellationToken)).Change,
    };

    [Call(CallClass.Write, Roles.Operator, Audit = AuditRule.Change)]
    public override async Task<WithdrawCatalogChangeResponse> WithdrawCatalogChange(
        WithdrawCatalogChangeRequest request, ServerCallContext context) =>
        new()
    {
        Change = (await requests.CloseAsync(
            request.ChangeId, Contracts.Catalogs.ChangeState.Withdrawn, request.Etag, context.GetCaller(), request.Comment,
            context.CancellationToken)).Change,
    };

    [Call(CallClass.Read, Roles.Analyst | Roles.Operator | Roles.Approver | Roles.Ops)]
    public override async Task<ListStockResponse> ListStock(ListStockRequest request, ServerCallContext context)
    {
        // Places in journeys are leased as units are, and are no stock of an action.
        var tallies = (await grains.GetGrain<IStockGrain>("stock").List())
            .Where(static tally => !tally.ActionId.Contains('/', StringComparison.Ordinal))
            .ToDictionary(tally => catalogs.Current.Symbols.GetCurrentName(SymbolKind.Action, tally.ActionId), StringComparer.Ordinal);
        var units = catalogs.Current.Actions
            .Where(static action => action.Stock is not null)
            .ToDictionary(static action => action.Id, static action => action.Stock!.Units, StringComparer.Ordinal);
        return new() { Levels = { tallies.Keys.Union(units.Keys).Order(StringComparer.Ordinal).Select(GetLevel) } };

        StockLevel GetLevel(string actionId)
        {
            var (tally, all) = (tallies.GetValueOrDefault(actionId), units.GetValueOrDefault(actionId));
            return new()
            {
                ActionId = actionId,
                Units = all,
                Spent = tally.Granted - tally.Leased - tally.Kept,
                Held = tally.Kept,
                Ready = tally.Leased,
                Left = Math.Max(0, all - tally.Granted),
            };
        }
    }

    private ICatalogGrain Grain() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
}
