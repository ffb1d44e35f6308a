using System.IO.Hashing;
using System.Text;

namespace Zhice.Postgres;

/// <summary>The numbers of the locks, each of one schema: PostgreSQL has them for a whole database.</summary>
internal static class AdvisoryLocks
{
    /// <summary>Held while a step of a migration runs.</summary>
    public static long Migration(PostgresStore store) => Number("zhice migration of ", store);

    /// <summary>Held in a whole database while an index is made concurrently.</summary>
    public static long Indexes { get; } = (long)XxHash3.HashToUInt64("zhice indexes"u8);

    /// <summary>
    /// Held, shared, by who makes new states, and alone by who clears some: so a new state sees the highest version of all
    /// that were cleared before it.
    /// </summary>
    public static long Clearing(PostgresStore store) => Number("zhice clearing in ", store);

    /// <summary>Held while a partition is made.</summary>
    public static long Partitions(PostgresStore store) => Number("zhice decisions in ", store);

    /// <summary>Held by who drops what is too old.</summary>
    public static long Retention(PostgresStore store) => Number("zhice retention in ", store);

    private static long Number(string of, PostgresStore store) => (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(of + store.ServiceId));
}
