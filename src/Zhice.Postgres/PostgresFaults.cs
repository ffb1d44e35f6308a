using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Postgres;

/// <summary>
/// What an error of PostgreSQL means to a caller (https://www.postgresql.org/docs/current/errcodes-appendix.html). A
/// transaction that answered ERROR was rolled back. One that answered FATAL or nothing may have been kept.
/// </summary>
internal static class PostgresFaults
{
    /// <summary>Whether the transaction lost against another and may win when it is run again.</summary>
    public static bool IsLostRace(PostgresException fault) => fault is
        { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }
        or { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: "stock_lease_remaining" }
        || (fault.SqlState == PostgresErrorCodes.UniqueViolation && fault.TableName?.StartsWith("contact_ledger", StringComparison.Ordinal) is true);

    /// <summary>Whether the connection, and perhaps all like it, leads to a server that does not serve.</summary>
    public static bool IsConnectionFault(Exception fault) => fault switch
    {
        PostgresException of => IsEndOfSession(of) || of.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction,
        NpgsqlException => true,
        _ => false,
    };

    /// <summary>The error of a transaction that was sent.</summary>
    /// <param name="fault">The error.</param>
    /// <param name="store">Where.</param>
    public static Exception OfWrite(Exception fault, PostgresStore store) => fault switch
    {
        PostgresException of when IsEndOfSession(of) => Unknown(of, store),
        PostgresException of => Meaning(of, store),
        NpgsqlException => Unknown(fault, store),
        _ => fault,
    };

    /// <summary>The error of something that kept nothing: connecting, or a read.</summary>
    public static Exception Away(Exception fault, PostgresStore store) => fault switch
    {
        PostgresException of => Meaning(of, store),
        NpgsqlException { InnerException: TimeoutException } => TooSlow(fault, store),
        NpgsqlException or TimeoutException or IOException or System.Net.Sockets.SocketException =>
            new StoreUnavailableException($"PostgreSQL {store.Place} cannot be reached: {(fault.InnerException ?? fault).Message}", fault),
        _ => fault,
    };

    private static Exception Meaning(PostgresException fault, PostgresStore store) => fault.SqlState switch
    {
        PostgresErrorCodes.DiskFull => Unavailable("has a full disk; writes succeed again once it has room", fault, store),
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            Unavailable("may only be read (a standby?); writes succeed again on its primary", fault, store),
        PostgresErrorCodes.TooManyConnections =>
            Unavailable("has no connection to spare; raise max_connections, or lower Zhice:Connections of the silos", fault, store),
        PostgresErrorCodes.QueryCanceled => TooSlow(fault, store),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => Unavailable("is being shut down", fault, store),
        PostgresErrorCodes.CannotConnectNow => Unavailable("is starting", fault, store),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn =>
            Unavailable($"lacks a table of the schema {store.ServiceId} ({fault.MessageText}); run Zhice.Silo migrate", fault, store),
        PostgresErrorCodes.InsufficientPrivilege => Unavailable($"denies it: {fault.MessageText}", fault, store),
        _ when IsServerFault(fault) => Unavailable($"cannot serve: {fault.MessageText}", fault, store),
        _ => fault,
    };

    // By class. 08 connection, 25 transaction state, 28 authorization, 40 rollback, 53 resources, 55 not in the required state,
    // 57 intervention, 58 system, 3D no such database, F0 configuration file, XX internal or damaged. What is left (22 data,
    // 23 constraint, 54 limit and so on) is the fault of a row.
    private static bool IsServerFault(PostgresException fault) => fault.SqlState[..2]
        is "08" or "25" or "28" or "40" or "53" or "55" or "57" or "58" or "3D" or "F0" or "XX" || IsEndOfSession(fault);

    private static bool IsEndOfSession(PostgresException fault) => fault.InvariantSeverity is "FATAL" or "PANIC"
        || fault.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;

    private static StoreUnavailableException TooSlow(Exception fault, PostgresStore store) => new(
        $"PostgreSQL {store.Place} did not answer in time.", fault);

    private static StoreUnavailableException Unavailable(string said, Exception fault, PostgresStore store) =>
        new($"PostgreSQL {store.Place} {said}.", fault);

    private static OutcomeUnknownException Unknown(Exception fault, PostgresStore store) =>
        new($"What PostgreSQL {store.Place} did is not known: {(fault.InnerException ?? fault).Message}", fault);
}
