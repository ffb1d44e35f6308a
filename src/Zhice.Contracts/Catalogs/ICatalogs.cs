using Zhice.Domain.Catalogs;
using Zhice.Domain.Stops;

namespace Zhice.Contracts.Catalogs;

/// <summary>This process's view of the catalogue: the version in force, ready to decide by.</summary>
public interface ICatalogs
{
    /// <summary>
    /// The version in force, with what is stopped and, on a silo, who is on do-not-contact lists now; swapped as a whole.
    /// </summary>
    Catalog Current { get; }

    /// <summary>
    /// Whether the catalogue, the stops, on a silo the do-not-contact lists, and the key for the ids of decisions were read yet; before, an
    /// empty catalogue means nothing.
    /// </summary>
    bool IsKnown { get; }

    /// <summary>How long ago it was asked what is stopped; what was stopped before that is heeded.</summary>
    TimeSpan StopsAge { get; }

    /// <summary>Decides by other stops from now on, unless later ones are known.</summary>
    /// <param name="stops">The stops.</param>
    /// <param name="askedAt">When they were asked for, by the stopwatch.</param>
    void Apply(StopSet stops, long askedAt);

    /// <summary>
    /// A version, also one that was in force earlier or that this silo has yet to hear of. Null when it is not kept.
    /// </summary>
    ValueTask<Catalog?> FindAsync(long version);

    /// <summary>Waits until all of <see cref="IsKnown"/> was read.</summary>
    Task WaitUntilKnownAsync(CancellationToken cancellation);

    /// <summary>A catalogue that is not in force, such as a draft, with who is on its do-not-contact lists now.</summary>
    ValueTask<Catalog> WithListsAsync(Catalog catalog);

    /// <summary>Waits until this silo decides by that version or a later one.</summary>
    Task WaitForAsync(long version, CancellationToken cancellation);
}
