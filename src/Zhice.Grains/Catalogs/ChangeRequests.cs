using Zhice.Contracts.Catalogs;

namespace Zhice.Grains.Catalogs;

/// <summary>The change requests that are kept: those that are open, and the last of the others.</summary>
[GenerateSerializer, Alias("zhice.catalog-change-requests-state")]
internal sealed class ChangeRequests
{
    /// <summary>How many may be open at once.</summary>
    public const int MaxOpen = 16;

    /// <summary>How many are kept once they are closed.</summary>
    public const int KeptClosed = 200;

    /// <summary>How many of those keep their definition, to be looked at.</summary>
    public const int KeptDefinitions = 8;

    /// <summary>By number.</summary>
    [Id(0)]
    public List<ChangeRequestRecord> Changes { get; init; } = [];

    /// <summary>The number of the last.</summary>
    [Id(1)]
    public long Last { get; init; }

    /// <summary>With one that is new, or another than before.</summary>
    public ChangeRequests With(ChangeRequestRecord next)
    {
        var all = Changes.Where(change => change.ChangeId != next.ChangeId).Append(next).OrderBy(static change => change.ChangeId).ToList();
        var closed = all.Where(static change => change.State != ChangeState.Open)
            .Reverse()
            .Select(static change => change.ChangeId)
            .ToList();
        var (kept, defined) = (closed.Take(KeptClosed).ToHashSet(), closed.Take(KeptDefinitions).ToHashSet());
        return new()
        {
            Changes =
            [
                .. all.Where(change => change.State == ChangeState.Open || kept.Contains(change.ChangeId))
                    .Select(change =>
                        change.State == ChangeState.Open || defined.Contains(change.ChangeId) ? change : change with { Definition = [] }),
            ],
            Last = Math.Max(Last, next.ChangeId),
        };
    }
}
