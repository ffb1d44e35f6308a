using System.Buffers.Binary;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Bulk;

namespace Zhice.Api.Bulk;

/// <summary>The long-running operations of the API.</summary>
internal sealed class OperationsService(IGrainFactory grains) : Operations.OperationsBase
{
    private const int DefaultPage = 20;
    private const int MaxOnPage = 100;
    private const int PlaceBytes = 24;
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromDays(365);

    [Call(CallClass.Read, Roles.Data | Roles.Ops)]
    public override async Task<Operation> GetOperation(GetOperationRequest request, ServerCallContext context) =>
        OperationMap.ToOperation(await Find(request.Name).Find() ?? throw OperationMap.NotFound(request.Name));

    [Call(CallClass.Watch, Roles.Data | Roles.Ops)]
    public override async Task<Operation> WaitOperation(WaitOperationRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var limit = check.Span(
            "timeout", request.Timeout, DefaultWait, TimeSpan.Zero, MaxTimeout,
            "must be from 0 to 365 days; unset, and longer than 20 seconds, stand for 20 seconds");
        check.ThrowIfAny();
        var operation = Find(request.Name);
        return OperationMap.ToOperation(
            await operation.WaitForEnd(limit < DefaultWait ? limit : DefaultWait) ?? throw OperationMap.NotFound(request.Name));
    }

    [Call(CallClass.Write, Roles.Data | Roles.Ops, Audit = AuditRule.Change)]
    public override async Task<Empty> CancelOperation(CancelOperationRequest request, ServerCallContext context) =>
        await Find(request.Name).Cancel() ? new Empty() : throw OperationMap.NotFound(request.Name);

    [Call(CallClass.Write, Roles.Data | Roles.Ops, Audit = AuditRule.Change)]
    public override Task<Empty> DeleteOperation(DeleteOperationRequest request, ServerCallContext context) =>
        throw ApiError.Fail(ErrorReasons.NotSupported, "Operations cannot be deleted: they are forgotten 7 days after they ended.");

    [Call(CallClass.Read, Roles.Data | Roles.Ops)]
    public override async Task<ListOperationsResponse> ListOperations(ListOperationsRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = check.PageSize(request.PageSize, DefaultPage, MaxOnPage);
        if (request.Name is not ("" or OperationMap.Collection))
        {
            check.Add("name", FieldReasons.UnknownName, $"must be {OperationMap.Collection}");
        }

        if (request.Filter.Length > 0)
        {
            check.Add("filter", FieldReasons.NotAllowed, "is not supported");
        }

        var place = new byte[PlaceBytes];
        var hasPlace = request.PageToken.Length > 0 && PageToken.TryRead(OperationMap.Collection, request.PageToken, place, check);
        check.ThrowIfAny();

        var response = new ListOperationsResponse();
        var last = default(BulkEntry);
        foreach (var entry in await grains.GetGrain<IBulkListGrain>(IBulkListGrain.Key).All())
        {
            if (hasPlace && WritePlace(entry).AsSpan().SequenceCompareTo(place) <= 0)
            {
                continue;
            }

            if (response.Operations.Count == size)
            {
                response.NextPageToken = PageToken.Write(OperationMap.Collection, WritePlace(last));
                break;
            }

            if (await grains.GetGrain<IBulkOperationGrain>(entry.OperationId).Find() is { } record)
            {
                response.Operations.Add(OperationMap.ToOperation(record));
                last = entry;
            }
        }

        return response;
    }

    // In the order of the list: the newest first, and of one instant by id.
    private static byte[] WritePlace(BulkEntry entry)
    {
        var place = new byte[PlaceBytes];
        BinaryPrimitives.WriteInt64BigEndian(place, long.MaxValue - entry.CreatedAtMs);
        Convert.FromHexString(entry.OperationId).CopyTo(place, 8);
        return place;
    }

    private IBulkOperationGrain Find(string name)
    {
        var check = new RequestCheck();
        var id = OperationMap.ReadName(name, check);
        check.ThrowIfAny();
        return grains.GetGrain<IBulkOperationGrain>(id);
    }
}
