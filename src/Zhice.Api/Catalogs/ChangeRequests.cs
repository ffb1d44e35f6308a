using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Catalogs;
using Zhice.Contracts.Catalogs;
using Zhice.V1;
using ChangeState = Zhice.Contracts.Catalogs.ChangeState;

namespace Zhice.Api.Catalogs;

/// <summary>Change requests of the catalogue: proposed by one, seen and approved by another.</summary>
internal sealed class ChangeRequests(IGrainFactory grains, CatalogChanges changes, ChangeImpact impact)
{
    private const int MaxNameBytes = 128;
    private const int MaxCommentBytes = 1024;
    private const int MaxDefinitionBytes = 4 * 1024 * 1024;
    private const int DefaultPage = 20;
    private const int MaxOnPage = 100;
    private const string ChangesList = "catalog/changes";

    public async Task<ProposeCatalogChangeResponse> ProposeAsync(ProposeCatalogChangeRequest request, Caller caller)
    {
        var check = new RequestCheck();
        check.Id("comment", request.Comment, MaxCommentBytes);
        check.Text("base_etag", request.BaseEtag, MaxNameBytes);
        check.Text("etag", request.Etag, MaxNameBytes);
        check.Text("request_id", request.RequestId, RequestCheck.MaxIdBytes);
        if ((request.Catalog is null) == (request.RollbackTo == 0))
        {
            check.Add("catalog", FieldReasons.Required, "must be set, or else rollback_to");
        }
        else if (request.Catalog?.CalculateSize() is { } bytes and > MaxDefinitionBytes)
        {
            check.Add("catalog", FieldReasons.TooLong, $"has {bytes} bytes; at most {MaxDefinitionBytes} are allowed");
        }

        if (request.ChangeId != 0 && request.Etag.Length == 0)
        {
            check.Add("etag", FieldReasons.Required, "must be set with change_id: the etag of the change request that was edited");
        }

        check.ThrowIfAny();
        var definition = request.Catalog?.ToByteArray()
            ?? (await Catalog().Find(request.RollbackTo))?.Definition
            ?? throw Refusals.CatalogVersionNotFound(request.RollbackTo);
        var answer = await Requests().Propose(
            new(definition, request.BaseEtag, caller.Name, request.Comment, request.ChangeId, request.Etag, request.RequestId));
        return new() { Change = await ShownAsync(Made(answer, request.ChangeId)) };
    }

    public async Task<ListCatalogChangesResponse> ListAsync(ListCatalogChangesRequest request)
    {
        var check = new RequestCheck();
        var size = check.PageSize(request.PageSize, DefaultPage, MaxOnPage);
        var (place, below) = (new byte[sizeof(long)], long.MaxValue);
        if (request.PageToken.Length > 0 && PageToken.TryRead(ChangesList, request.PageToken, place, check))
        {
            below = BinaryPrimitives.ReadInt64LittleEndian(place);
        }

        check.ThrowIfAny();
        var inForce = await InForceAsync();
        var rest = (await Requests().All())
            .Where(change => change.ChangeId < below && (!request.OpenOnly || change.State == ChangeState.Open))
            .ToList();
        var response = new ListCatalogChangesResponse { Changes = { rest.Take(size).Select(change => ToChange(change, inForce)) } };
        if (rest.Count > size)
        {
            BinaryPrimitives.WriteInt64LittleEndian(place, rest[size - 1].ChangeId);
            response.NextPageToken = PageToken.Write(ChangesList, place);
        }

        return response;
    }

    public async Task<GetCatalogChangeResponse> GetAsync(long changeId)
    {
        var change = await Requests().Find(changeId) ?? throw NotFound(changeId);
        var response = new GetCatalogChangeResponse { Change = await ShownAsync(change) };
        if (change.Definition.Length == 0)
        {
            return response;
        }

        response.Catalog = V1.Catalog.Parser.ParseFrom(change.Definition);
        var before = change.BaseVersion == 0 ? null : await Catalog().Find(change.BaseVersion);
        var differences = CatalogDiff.Between(
            before is null ? new V1.Catalog() : V1.Catalog.Parser.ParseFrom(before.Definition), response.Catalog);
        response.Differences.AddRange(differences.Select(ToDifference));
        if (change.State == ChangeState.Open)
        {
            response.Warnings.AddRange(await impact.OfAsync(response.Catalog, differences));
        }

        return response;
    }

    public async Task<(ChangeRequest Change, CatalogVersion? Version)> CloseAsync(
        long changeId, ChangeState to, string etag, Caller caller, string comment, CancellationToken cancellation)
    {
        var check = new RequestCheck();
        check.Id("etag", etag, MaxNameBytes);
        _ = to == ChangeState.Rejected ? check.Id("comment", comment, MaxCommentBytes) : check.Text("comment", comment, MaxCommentBytes);
        check.ThrowIfAny();
        var answer = await Requests().Close(new(changeId, to, etag, caller.Name, comment));
        var change = Made(answer, changeId);
        if (answer.Version is { } version)
        {
            await changes.WaitUntilHereAsync(version.Version, cancellation);
        }

        return (await ShownAsync(change), answer.Version is null ? null : CatalogChanges.ToVersion(answer.Version));
    }

    private static ChangeRequestRecord Made(ChangeRequestAnswer answer, long changeId) => answer.Outcome switch
    {
        ChangeRequestOutcome.Made => answer.Change!,
        ChangeRequestOutcome.NotFound => throw NotFound(changeId),
        ChangeRequestOutcome.Faulty => throw CatalogChanges.Faulty(answer.Faults),
        ChangeRequestOutcome.RequestIdReused => throw Refusals.RequestIdReused(),
        ChangeRequestOutcome.Stale => throw ApiError.Fail(
            ErrorReasons.StaleEtag, "The change request has another revision than the one that was shown. Read it again.",
            ("etag", answer.Change?.Etag ?? "")),
        ChangeRequestOutcome.NeedsRebase => throw ApiError.Fail(
            ErrorReasons.StaleEtag,
            string.Create(CultureInfo.InvariantCulture, $"Version {answer.Version?.Version ?? 0} came into force since the change was made. Read that, make the change in it, and propose it again under the same number."),
            ("etag", answer.Version?.Etag ?? "")),
        ChangeRequestOutcome.OwnApproval => throw ApiError.Fail(
            ErrorReasons.OwnApproval,
            $"{string.Join(", ", answer.Change!.Authors.Select(static name => $"'{name}'"))} wrote it; another person must approve it.",
            Number(changeId)),
        ChangeRequestOutcome.NotAuthor => throw Forbidden("Only its authors take a change request back; others reject it.", answer.Change!),
        ChangeRequestOutcome.TooMany => throw ApiError.Fail(
            ErrorReasons.ChangeState, "As many change requests are open as may be. Approve, reject or withdraw one first.",
            ("state", "open")),
        _ => throw Forbidden($"The change request is {FormatState(answer.Change!.State)} already.", answer.Change!),
    };

    private async ValueTask<ChangeRequest> ShownAsync(ChangeRequestRecord change) => ToChange(change, await InForceAsync());

    private async ValueTask<string> InForceAsync() => (await Catalog().Versions()) is [var latest, ..] ? latest.Etag : "";

    private static ChangeRequest ToChange(ChangeRequestRecord change, string inForce) => new()
    {
        ChangeId = change.ChangeId,
        State = (V1.ChangeState)change.State,
        Etag = change.Etag,
        Authors = { change.Authors },
        Comment = change.Comment,
        BaseVersion = change.BaseVersion,
        NeedsRebase = change.State == ChangeState.Open && change.BaseEtag != inForce,
        Version = change.Version,
        Log = { change.Log.Select(static entry => new ChangeLogEntry { Time = Values.ToTimestamp(entry.AtMs), Actor = entry.Actor, Text = entry.Text, Comment = entry.Comment }) },
    };

    /// <summary>A difference as the contract shows it.</summary>
    internal static V1.CatalogDifference ToDifference(PartDifference difference) => new()
    {
        Path = difference.Path,
        Kind = (V1.DifferenceKind)(difference.Kind + 1),
        Before = difference.Before ?? "",
        After = difference.After ?? "",
    };

    private static RpcException NotFound(long changeId) => ApiError.Fail(
        ErrorReasons.ChangeNotFound,
        string.Create(CultureInfo.InvariantCulture, $"There is no change request {changeId}, or it is not kept any more."),
        Number(changeId));

    private static RpcException Forbidden(string sentence, ChangeRequestRecord change) =>
        ApiError.Fail(ErrorReasons.ChangeState, sentence, Number(change.ChangeId), ("state", FormatState(change.State)));

    private static (string Key, string Value) Number(long changeId) => ("change_id", changeId.ToString(CultureInfo.InvariantCulture));

    private static string FormatState(ChangeState state) => state.ToString().ToLowerInvariant();

    private ICatalogGrain Catalog() => grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);

    private IChangeRequestsGrain Requests() => grains.GetGrain<IChangeRequestsGrain>(IChangeRequestsGrain.Key);
}
