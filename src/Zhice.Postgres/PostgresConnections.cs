using System.ComponentModel.DataAnnotations;

namespace Zhice.Postgres;

/// <summary>
/// How many connections a silo may have open at once, by what they are for: so that what is slow takes none of the others.
/// Few are open most of the time; PostgreSQL's max_connections has to allow for <see cref="Total"/> of each silo.
/// </summary>
public sealed record PostgresConnections
{
    /// <summary>Commits of customers and of other grains; four are busy under full load.</summary>
    /// <value>5 to 1,000. Default: 8.</value>
    [Range(5, 1_000)]
    public int Commits { get; init; } = 8;

    /// <summary>Reads of single states, of consent and of decisions.</summary>
    /// <value>2 to 1,000. Default: 8.</value>
    [Range(2, 1_000)]
    public int Reads { get; init; } = 8;

    /// <summary>The outbox, timers, stock and campaign evaluations: what subscriptions and silos ask for again and again.</summary>
    /// <value>2 to 1,000. Default: 16.</value>
    [Range(2, 1_000)]
    public int Queues { get; init; } = 16;

    /// <summary>Imports, the log of decisions, and the comparison of the audience index with the store.</summary>
    /// <value>2 to 1,000. Default: 8.</value>
    [Range(2, 1_000)]
    public int Bulk { get; init; } = 8;

    /// <summary>Exports, simulations, and reading the audience index: one each for its whole time.</summary>
    /// <value>2 to 1,000. Default: 8.</value>
    [Range(2, 1_000)]
    public int Streams { get; init; } = 8;

    /// <summary>Membership, reminders and definitions.</summary>
    /// <value>2 to 1,000. Default: 8.</value>
    [Range(2, 1_000)]
    public int Cluster { get; init; } = 8;

    /// <summary>All together.</summary>
    public int Total => Commits + Reads + Queues + Bulk + Streams + Cluster;
}
