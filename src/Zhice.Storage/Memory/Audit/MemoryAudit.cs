using Zhice.Domain.Audit;
using Zhice.Storage.Audit;

namespace Zhice.Storage.Memory.Audit;

/// <summary>The audit trail in memory.</summary>
internal sealed class MemoryAudit(Lock gate, TimeProvider clock) : IAuditStore
{
    private readonly List<(AuditEntry Entry, AuditLink Link)> _entries = [];
    private readonly List<KeptCheckpoint> _checkpoints = [];
    private AuditHead _head = AuditHead.Empty(Guid.NewGuid());

    public Task<AuditHead> AppendAsync(IReadOnlyList<AuditEntry> entries)
    {
        lock (gate)
        {
            var links = AuditChain.Extend(_head, [.. entries.Select(AuditEntryCodec.Write)], clock.GetUtcNow().ToUnixTimeMilliseconds());
            _entries.AddRange(entries.Zip(links));
            _head = _head with { Sequence = links[^1].Sequence, AtMs = links[^1].AtMs, Hash = links[^1].Hash };
            return Task.FromResult(_head);
        }
    }

    public Task<AuditHead> FindHeadAsync()
    {
        lock (gate)
        {
            return Task.FromResult(_head);
        }
    }

    public Task<IReadOnlyList<AuditLink>> ReadAsync(long after, int limit)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<AuditLink>>([.. _entries.Skip((int)after).Take(limit).Select(static kept => kept.Link)]);
        }
    }

    public Task<IReadOnlyList<AuditLink>> ListAsync(AuditFilter filter, long below, int limit)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<AuditLink>>(
            [
                .. Enumerable.Reverse(_entries)
                    .Where(kept => kept.Link.Sequence < below && Matches(filter, kept.Entry, kept.Link.AtMs))
                    .Take(limit)
                    .Select(static kept => kept.Link),
            ]);
        }
    }

    public Task<bool> TryKeepAsync(KeptCheckpoint checkpoint)
    {
        lock (gate)
        {
            var isNew = !_checkpoints.Exists(kept => kept.Number == checkpoint.Number);
            if (isNew)
            {
                _checkpoints.Add(checkpoint);
            }

            return Task.FromResult(isNew);
        }
    }

    public Task<IReadOnlyList<KeptCheckpoint>> ListCheckpointsAsync(long below, int limit)
    {
        lock (gate)
        {
            return Task.FromResult<IReadOnlyList<KeptCheckpoint>>(
                [.. _checkpoints.Where(kept => kept.Number < below).OrderByDescending(static kept => kept.Number).Take(limit)]);
        }
    }

    private static bool Matches(AuditFilter filter, AuditEntry entry, long atMs) =>
        (filter.FromMs is not { } from || atMs >= from)
        && (filter.UntilMs is not { } until || atMs < until)
        && (filter.Actor ?? entry.Actor) == entry.Actor
        && (filter.Method ?? entry.Method) == entry.Method
        && (filter.TargetKind ?? entry.TargetKind) == entry.TargetKind
        && (filter.TargetId ?? entry.TargetId) == entry.TargetId
        && (filter.Outcome ?? entry.Outcome) == entry.Outcome;
}
