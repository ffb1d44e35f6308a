using Orleans.Concurrency;

namespace Zhice.Contracts.Audit;

/// <summary>The end of the chain.</summary>
/// <param name="ChainId">Which chain.</param>
/// <param name="Sequence">The number of the last entry; 0 in an empty chain.</param>
/// <param name="AtMs">Its time, unix milliseconds.</param>
/// <param name="Hash">Its hash.</param>
[GenerateSerializer, Immutable, Alias("zhice.audit-end")]
public sealed record AuditEnd(
    [property: Id(0)] Guid ChainId, [property: Id(1)] long Sequence, [property: Id(2)] long AtMs, [property: Id(3)] byte[] Hash);

/// <summary>An entry in its place, as the store has it.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="AtMs">Its time, unix milliseconds.</param>
/// <param name="Content">Its canonical bytes.</param>
/// <param name="Hash">Its hash.</param>
[GenerateSerializer, Immutable, Alias("zhice.audit-line")]
public sealed record AuditLine(
    [property: Id(0)] long Sequence, [property: Id(1)] long AtMs, [property: Id(2)] byte[] Content, [property: Id(3)] byte[] Hash);

/// <summary>Which entries are wanted; what is null says nothing.</summary>
[GenerateSerializer, Immutable, Alias("zhice.audit-query")]
public sealed record AuditQuery
{
    /// <summary>From when on, unix milliseconds.</summary>
    [Id(0)]
    public long? FromMs { get; init; }

    /// <summary>Before when, unix milliseconds.</summary>
    [Id(1)]
    public long? UntilMs { get; init; }

    /// <summary>By whom.</summary>
    [Id(2)]
    public string? Actor { get; init; }

    /// <summary>Which method.</summary>
    [Id(3)]
    public string? Method { get; init; }

    /// <summary>To what kind of thing.</summary>
    [Id(4)]
    public string? TargetKind { get; init; }

    /// <summary>To which thing.</summary>
    [Id(5)]
    public string? TargetId { get; init; }

    /// <summary>With which outcome.</summary>
    [Id(6)]
    public string? Outcome { get; init; }
}
