using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Zhice.Api.Errors;
using Zhice.Api.Hosting;
using Zhice.Api.Requests;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Stocks;
using Zhice.V1;
using FieldViolation = Google.Rpc.BadRequest.Types.FieldViolation;

namespace Zhice.Api.Catalogs;

/// <summary>What the bank defines, in versions.</summary>
internal sealed class CatalogService(
    IGrainFactory grains, ICatalogs catalogs, ApiOptions options, TimeProvider time, ILogger<CatalogService> log) : V1.CatalogService.CatalogServiceBase
{
    private const int MostDefinitionBytes = 4 * 1024 * 1024;
    private const int MostAuthorBytes = 128;
    private const int MostCommentBytes = 1024;
    private const int MostEtagBytes = 128;
    private const int UsualPage = 20;
    private const int MostOnPage = 100;
    private const string VersionsList = "catalog/versions";

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
            Version = ToVersion(document.Version),
        };
    }

    public override async Task<ApplyCatalogResponse> ApplyCatalog(ApplyCatalogRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Catalog is null)
        {
            check.Add("catalog", FieldReasons.Required, "must be set");
        }
        else if (request.Catalog.CalculateSize() is var bytes and > MostDefinitionBytes)
        {
            check.Add("catalog", FieldReasons.TooLong, $"has {bytes} bytes; at most {MostDefinitionBytes} are allowed");
        }

        CheckNotes(request.Etag, request.Author, request.Comment, request.RequestId, check);
        check.ThrowIfAny();
        var version = await ChangeAsync(
            new CatalogChange
            {
                Definition = request.Catalog!.ToByteArray(),
                Etag = request.Etag,
                ValidateOnly = request.ValidateOnly,
                Author = request.Author,
                Comment = request.Comment,
                RequestId = request.RequestId,
            },
            context.CancellationToken);
        return new() { Version = version };
    }

    public override async Task<ListCatalogVersionsResponse> ListCatalogVersions(
        ListCatalogVersionsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = check.PageSize(request.PageSize, UsualPage, MostOnPage);
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

            response.Versions.Add(ToVersion(version));
        }

        return response;
    }

    public override async Task<RollbackCatalogResponse> RollbackCatalog(RollbackCatalogRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Version < 1)
        {
            check.Add("version", FieldReasons.OutOfRange, $"is {request.Version}; versions begin with 1");
        }

        CheckNotes(request.Etag, request.Author, request.Comment, request.RequestId, check);
        check.ThrowIfAny();
        var version = await ChangeAsync(
            new CatalogChange
            {
                RollbackTo = request.Version,
                Etag = request.Etag,
                Author = request.Author,
                Comment = request.Comment,
                RequestId = request.RequestId,
            },
            context.CancellationToken);
        return new() { Version = version };
    }

    public override async Task<ListStockResponse> ListStock(ListStockRequest request, ServerCallContext context)
    {
        var tallies = (await grains.GetGrain<IStockGrain>("stock").List()).ToDictionary(static tally => tally.ActionId, StringComparer.Ordinal);
        var units = catalogs.Current.Actions
            .Where(static action => action.Stock is not null)
            .ToDictionary(static action => action.Id, static action => action.Stock!.Units, StringComparer.Ordinal);
        return new() { Levels = { tallies.Keys.Union(units.Keys).Order(StringComparer.Ordinal).Select(LevelOf) } };

        StockLevel LevelOf(string actionId)
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

    private static void CheckNotes(string etag, string author, string comment, string requestId, RequestCheck check)
    {
        check.Text("etag", etag, MostEtagBytes);
        check.Text("author", author, MostAuthorBytes);
        check.Text("comment", comment, MostCommentBytes);
        check.Text("request_id", requestId, RequestCheck.MostIdBytes);
    }

    private async Task<CatalogVersion?> ChangeAsync(CatalogChange change, CancellationToken cancellation)
    {
        var answer = await Grain().Apply(change);
        switch (answer.Outcome)
        {
            case CatalogOutcome.Faulty:
                throw Faulty(answer);
            case CatalogOutcome.Stale:
                throw ApiError.Fail(
                    ErrorReasons.StaleEtag,
                    "Another version is in force than the one that was edited. Read the catalogue again, and change that.",
                    ("etag", answer.Version?.Etag ?? ""));
            case CatalogOutcome.NoSuchVersion:
                throw Refusals.CatalogVersionNotFound(change.RollbackTo);
            case CatalogOutcome.RequestIdReused:
                throw Refusals.RequestIdReused();
        }

        if (answer.Version is { } version && !change.ValidateOnly)
        {
            await WaitUntilHereAsync(version.Version, cancellation);
        }

        return answer.Version is null ? null : ToVersion(answer.Version);
    }

    // So that the caller's next Recommend is decided by it. It is in force in any case: being slow here is no error.
    private async Task WaitUntilHereAsync(long version, CancellationToken cancellation)
    {
        using var tooLong = new CancellationTokenSource(options.CatalogWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, cancellation);
        try
        {
            await catalogs.WaitForAsync(version, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            ApiLog.CatalogNotHereYet(log, version);
        }
    }

    private static RpcException Faulty(CatalogAnswer answer)
    {
        var violations = new List<FieldViolation>(answer.Faults.Length);
        foreach (var fault in answer.Faults)
        {
            violations.Add(new FieldViolation
            {
                Field = fault.Path.Length == 0 ? "catalog" : "catalog." + fault.Path,
                Reason = FieldReasons.CatalogFault,
                Description = fault.Description,
            });
        }

        var faults = violations.Count == 1 ? "a fault" : $"{violations.Count} faults";
        return ApiError.Of(
            ErrorReasons.CatalogFaulty,
            $"The catalogue has {faults}; nothing is changed. {violations[0].Field}: {violations[0].Description}",
            violations).ToRpcException();
    }

    private static CatalogVersion ToVersion(CatalogVersionRecord version) => new()
    {
        Version = version.Version,
        ApplyTime = Values.ToTimestamp(version.AppliedAt.ToUnixTimeMilliseconds()),
        Author = version.Author,
        Comment = version.Comment,
        Etag = version.Etag,
        ActionCount = version.ActionCount,
        TagCount = version.TagCount,
    };

    private ICatalogGrain Grain() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
}
