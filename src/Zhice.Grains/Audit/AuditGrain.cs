using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Contracts.Audit;
using Zhice.Domain.Audit;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Audit;

/// <summary>The audit trail, as the store has it.</summary>
[GrainType("audit"), StatelessWorker, Reentrant]
internal sealed class AuditGrain(AuditWriter writer, AuditCheckpoints checkpoints, IStores stores) : Grain, IAuditGrain
{
    public Task Record(byte[] entry) => writer.RecordAsync(AuditEntryCodec.Read(entry));

    public async ValueTask<AuditEnd> GetEnd()
    {
        var head = await stores.Audit.FindHeadAsync();
        return new(head.ChainId, head.Sequence, head.AtMs, head.Hash);
    }

    public async ValueTask<ImmutableArray<AuditLine>> Read(long after, int limit) => Lines(await stores.Audit.ReadAsync(after, limit));

    public async ValueTask<ImmutableArray<AuditLine>> List(AuditQuery query, long below, int limit) => Lines(await stores.Audit.ListAsync(
        new()
        {
            FromMs = query.FromMs, UntilMs = query.UntilMs, Actor = query.Actor, Method = query.Method,
            TargetKind = query.TargetKind, TargetId = query.TargetId, Outcome = query.Outcome,
        },
        below,
        limit));

    public async ValueTask<string?> FindCheckpoint(long number) => await checkpoints.FindTextAsync(number);

    public async ValueTask<string?> MakeCheckpoint()
    {
        var made = await checkpoints.MakeAsync();
        await checkpoints.WriteFilesAsync();
        return made;
    }

    private static ImmutableArray<AuditLine> Lines(IReadOnlyList<AuditLink> links) =>
        [.. links.Select(static link => new AuditLine(link.Sequence, link.AtMs, link.Content, link.Hash))];
}
