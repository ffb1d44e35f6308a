using System.Collections.Immutable;

namespace Zhice.Domain.Audit;

/// <summary>
/// Computes a chain again, entry by entry, and names what does not fit. It goes on behind a fault with the hash that is stored there, so
/// that each edit is named and not all that follows it.
/// </summary>
/// <param name="chainId">Which chain.</param>
/// <param name="checkpoints">What left the machine earlier; their signatures must have been checked.</param>
public sealed class AuditVerifier(Guid chainId, IReadOnlyCollection<AuditCheckpoint> checkpoints)
{
    /// <summary>How many faults are named; the rest is counted.</summary>
    public const int MaxFaults = 1_000;

    private readonly ImmutableArray<AuditFault>.Builder _faults = ImmutableArray.CreateBuilder<AuditFault>();
    private readonly ILookup<long, AuditCheckpoint> _checkpoints = checkpoints.ToLookup(static checkpoint => checkpoint.Sequence);
    private readonly MovedLinks _moved = new();
    private AuditHead _head = AuditHead.Empty(chainId);

    /// <summary>How many entries were looked at.</summary>
    public long Entries { get; private set; }

    /// <summary>How many days have entries.</summary>
    public int Days { get; private set; }

    /// <summary>How many faults there are.</summary>
    public long FaultCount { get; private set; }

    /// <summary>The first faults, in the order in which they were found.</summary>
    public IReadOnlyList<AuditFault> Faults => _faults;

    /// <summary>Looks at the next entry. Entries come in the order in which the store has them.</summary>
    public void Add(AuditLink link)
    {
        var isFirstWithoutBeginning = !HasBeginning(link);
        Entries++;
        var before = _head;
        if (link.Sequence <= before.Sequence)
        {
            Fail(new(AuditFaultKind.OutOfOrder, link.Sequence, AtMs: link.AtMs));
            return;
        }

        if (link.Sequence > before.Sequence + 1)
        {
            Fail(new(AuditFaultKind.Missing, before.Sequence + 1, link.Sequence - 1, before.AtMs, link.AtMs));
        }
        else if (!isFirstWithoutBeginning)
        {
            CheckLink(before, link);
        }

        foreach (var checkpoint in _checkpoints[link.Sequence])
        {
            Check(checkpoint, link);
        }

        Days += Entries == 1 || AuditChain.DayOf(before.AtMs) != AuditChain.DayOf(link.AtMs) ? 1 : 0;
        _head = before with { Sequence = link.Sequence, AtMs = link.AtMs, Hash = Fit(link.Hash) };
    }

    /// <summary>Ends: nothing follows, and the store says that its chain ends at <paramref name="end"/>.</summary>
    public void End(AuditHead end)
    {
        var last = checkpoints.Where(checkpoint => checkpoint.ChainId == chainId)
            .Select(static checkpoint => checkpoint.Sequence)
            .Append(end.Sequence)
            .Max();
        if (last > _head.Sequence)
        {
            Fail(new(AuditFaultKind.Truncated, _head.Sequence + 1, last, _head.AtMs));
        }
        else if (end.Sequence == _head.Sequence && !end.Hash.AsSpan().SequenceEqual(_head.Hash))
        {
            Fail(new(AuditFaultKind.Changed, end.Sequence, AtMs: end.AtMs));
        }

        foreach (var checkpoint in checkpoints.Where(checkpoint => checkpoint.ChainId != chainId))
        {
            Fail(new(AuditFaultKind.OtherChain, checkpoint.Sequence, AtMs: checkpoint.AtMs));
        }

        for (var i = 0; i < _faults.Count; i++)
        {
            if (_faults[i].Kind == AuditFaultKind.Changed && _moved.FindOriginal(_faults[i].Sequence) is { } original)
            {
                _faults[i] = _faults[i] with { Kind = AuditFaultKind.Moved, Other = original };
            }
        }
    }

    // Days that were archived and dropped end at a checkpoint, which stands in for them.
    private bool HasBeginning(AuditLink link)
    {
        if (Entries > 0 || link.Sequence <= 1)
        {
            return true;
        }

        if (_checkpoints[link.Sequence - 1].FirstOrDefault(checkpoint => checkpoint.ChainId == chainId) is { } anchor)
        {
            _head = new(chainId, anchor.Sequence, anchor.EntryAtMs, anchor.Hash);
            return true;
        }

        Fail(new(AuditFaultKind.NoBeginning, link.Sequence, AtMs: link.AtMs));
        _head = new(chainId, link.Sequence - 1, link.AtMs, Fit(link.Hash));
        return false;
    }

    private void CheckLink(AuditHead before, AuditLink link)
    {
        if (!AuditChain.Hash(before, link.Sequence, link.AtMs, link.Content).AsSpan().SequenceEqual(link.Hash))
        {
            Fail(new(AuditFaultKind.Changed, link.Sequence, AtMs: link.AtMs));
            _moved.Add(before, link);
        }
        else if (link.AtMs < before.AtMs)
        {
            Fail(new(AuditFaultKind.TimeReversed, link.Sequence, AtMs: link.AtMs));
        }
        else if (!IsReadable(link.Content))
        {
            Fail(new(AuditFaultKind.Unreadable, link.Sequence, AtMs: link.AtMs));
        }
    }

    private void Check(AuditCheckpoint checkpoint, AuditLink link)
    {
        if (checkpoint.ChainId == chainId && !(checkpoint.Hash.AsSpan().SequenceEqual(link.Hash) && checkpoint.EntryAtMs == link.AtMs))
        {
            Fail(new(AuditFaultKind.AgainstCheckpoint, link.Sequence, AtMs: link.AtMs));
        }
    }

    // A hash of another length fits nowhere; zeros do not either.
    private static byte[] Fit(byte[] hash) => hash.Length == AuditChain.HashBytes ? hash : new byte[AuditChain.HashBytes];

    private void Fail(AuditFault fault)
    {
        FaultCount++;
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(fault);
        }
    }

    private static bool IsReadable(byte[] content)
    {
        try
        {
            AuditEntryCodec.Read(content);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
