using System.Buffers.Binary;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Audit;
using Zhice.V1;

namespace Zhice.Api.Audit;

/// <summary>The audit trail, for those who read and verify it.</summary>
internal sealed class AuditService(IGrainFactory grains) : V1.AuditService.AuditServiceBase
{
    private const int MaxFilterBytes = 128;
    private const int DefaultPage = 50;
    private const int MaxOnPage = 500;
    private const int LinksAtOnce = 500;
    private const string Entries = "audit/entries";

    [Call(CallClass.Read, Roles.AuditAdmin, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Text("actor", request.Actor, MaxFilterBytes);
        check.Text("method", request.Method, MaxFilterBytes);
        check.Text("target_kind", request.TargetKind, MaxFilterBytes);
        check.Text("target_id", request.TargetId, MaxFilterBytes);
        check.Text("outcome", request.Outcome, MaxFilterBytes);
        var query = new AuditQuery
        {
            FromMs = request.FromTime is { } from ? check.Instant("from_time", from) : null,
            UntilMs = request.UntilTime is { } until ? check.Instant("until_time", until) : null,
            Actor = NullIfEmpty(request.Actor),
            Method = NullIfEmpty(request.Method),
            TargetKind = NullIfEmpty(request.TargetKind),
            TargetId = NullIfEmpty(request.TargetId),
            Outcome = NullIfEmpty(request.Outcome),
        };
        var size = check.PageSize(request.PageSize, DefaultPage, MaxOnPage);
        var (place, below) = (new byte[sizeof(long)], long.MaxValue);
        if (request.PageToken.Length > 0 && PageToken.TryRead(Entries, request.PageToken, place, check))
        {
            below = BinaryPrimitives.ReadInt64LittleEndian(place);
        }

        check.ThrowIfAny();
        var found = await Trail.List(query, below, size + 1);
        var response = new ListAuditEntriesResponse { Entries = { found.Take(size).Select(AuditMap.ToEntry) } };
        if (found.Length > size)
        {
            BinaryPrimitives.WriteInt64LittleEndian(place, found[size - 1].Sequence);
            response.NextPageToken = PageToken.Write(Entries, place);
        }

        return response;
    }

    [Call(CallClass.Bulk, Roles.AuditAdmin, Audit = AuditRule.SensitiveRead)]
    public override async Task StreamAuditEntries(
        StreamAuditEntriesRequest request, IServerStreamWriter<StreamAuditEntriesResponse> responseStream, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.AfterSequence < 0)
        {
            check.Add("after_sequence", FieldReasons.OutOfRange, $"is {request.AfterSequence}; it is 0 or the number of an entry");
        }

        check.ThrowIfAny();
        var end = await Trail.GetEnd();
        var first = new StreamAuditEntriesResponse
        {
            End = new() { ChainId = $"{end.ChainId}", Sequence = end.Sequence, TimeMs = end.AtMs, Hash = UnsafeByteOperations.UnsafeWrap(end.Hash) },
        };
        await responseStream.WriteAsync(first, context.CancellationToken);

        // What was added since then is of the next call.
        for (var after = request.AfterSequence; after < end.Sequence;)
        {
            var links = await Trail.Read(after, LinksAtOnce);
            if (links.IsEmpty)
            {
                return;
            }

            await responseStream.WriteAsync(
                new() { Links = { links.Where(link => link.Sequence <= end.Sequence).Select(AuditMap.ToLink) } },
                context.CancellationToken);
            after = links[^1].Sequence;
        }
    }

    [Call(CallClass.Read, Roles.AuditAdmin)]
    public override async Task<GetAuditCheckpointResponse> GetAuditCheckpoint(GetAuditCheckpointRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Number < 0)
        {
            check.Add("number", FieldReasons.OutOfRange, $"is {request.Number}; checkpoints begin with 1, and 0 is the newest");
        }

        check.ThrowIfAny();
        return new() { Checkpoint = await Trail.FindCheckpoint(request.Number) ?? throw NotFound() };
    }

    // It changes nothing that entries tell of, and is itself kept.
    [Call(CallClass.Write, Roles.AuditAdmin, Audit = AuditRule.None)]
    public override async Task<CreateAuditCheckpointResponse> CreateAuditCheckpoint(
        CreateAuditCheckpointRequest request, ServerCallContext context) =>
        new() { Checkpoint = await Trail.MakeCheckpoint() ?? throw NotFound() };

    private IAuditGrain Trail => grains.GetGrain<IAuditGrain>(IAuditGrain.Key);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static RpcException NotFound() =>
        ApiError.Fail(ErrorReasons.CheckpointNotFound, "There is no such checkpoint, or there are no entries yet.");
}
