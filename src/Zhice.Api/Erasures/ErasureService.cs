using System.Buffers.Binary;
using System.Collections.Immutable;
using Google.Protobuf;
using Grpc.Core;
using Zhice.Api.Calls;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Erasures;
using Zhice.V1;

namespace Zhice.Api.Erasures;

/// <summary>Customers who were erased.</summary>
internal sealed class ErasureService(IGrainFactory grains) : V1.ErasureService.ErasureServiceBase
{
    private const string ListName = "erasures";
    private const int DefaultPage = 100;
    private const int MaxPage = 1_000;
    private const int MaxTombstones = 100_000;
    private const int SaltBytes = 32;
    private const int HashLetters = 64;

    [Call(CallClass.Read, Roles.Data | Roles.Ops | Roles.AuditAdmin)]
    public override async Task<ListErasuresResponse> ListErasures(ListErasuresRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        var size = check.PageSize(request.PageSize, DefaultPage, MaxPage);
        long? before = null;
        if (request.PageToken.Length > 0)
        {
            var place = new byte[sizeof(long)];
            before = PageToken.TryRead(ListName, request.PageToken, place, check) ? BinaryPrimitives.ReadInt64LittleEndian(place) : null;
        }

        check.ThrowIfAny();
        var found = await Grain.List(before, size + 1);
        var response = new ListErasuresResponse { Erasures = { found.Take(size).Select(ErasureMap.ToErasure) } };
        if (found.Length > size)
        {
            var place = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(place, found[size - 1].Number);
            response.NextPageToken = PageToken.Write(ListName, place);
        }

        return response;
    }

    [Call(CallClass.Write, Roles.Data, Repeat = RepeatRule.Always, Audit = AuditRule.Change)]
    public override async Task<LiftErasureResponse> LiftErasure(LiftErasureRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        check.Id("customer_id", request.CustomerId);
        check.ThrowIfAny();
        return new() { WasErased = await grains.GetGrain<IErasureGrain>(request.CustomerId).Lift() };
    }

    [Call(CallClass.Bulk, Roles.Data | Roles.Ops, Audit = AuditRule.SensitiveRead)]
    public override async Task<ListTombstonesResponse> ListTombstones(ListTombstonesRequest request, ServerCallContext context)
    {
        var tombstones = await Grain.Tombstones();
        return new() { Salt = ByteString.CopyFrom(tombstones.Salt), IdHashes = { tombstones.IdHashes } };
    }

    [Call(CallClass.Bulk, Roles.Data | Roles.Ops, Repeat = RepeatRule.Always, Audit = AuditRule.Change)]
    public override async Task<ApplyTombstonesResponse> ApplyTombstones(ApplyTombstonesRequest request, ServerCallContext context)
    {
        var check = new RequestCheck();
        if (request.Salt.Length is not (0 or SaltBytes))
        {
            check.Add(
                "salt", FieldReasons.OutOfRange,
                $"has {request.Salt.Length} bytes; it must have {SaltBytes}, or none to apply the tombstones of this store");
        }

        if (request.IdHashes.Count > MaxTombstones || (request.Salt.IsEmpty && request.IdHashes.Count > 0))
        {
            check.Add("id_hashes", FieldReasons.OutOfRange, $"must be at most {MaxTombstones:N0} hashes, and none without salt");
        }

        for (var i = 0; i < request.IdHashes.Count; i++)
        {
            if (request.IdHashes[i].Length != HashLetters || !request.IdHashes[i].All(char.IsAsciiHexDigit))
            {
                check.Enter("id_hashes", i);
                check.Add("", FieldReasons.Malformed, $"must be {HashLetters} hexadecimal digits");
                check.Exit();
            }
        }

        check.ThrowIfAny();
        if (await Grain.Apply(new([.. request.Salt], [.. request.IdHashes]), context.GetCaller().Name) is not { } again)
        {
            check.Add("salt", FieldReasons.NotAllowed, "is another store's: this one has tombstones with a salt of its own");
            check.ThrowIfAny();
            again = 0;
        }

        return new() { ErasedAgain = again };
    }

    private IErasuresGrain Grain => grains.GetGrain<IErasuresGrain>("erasures");
}
