using Npgsql;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Postgres.Connections;

/// <summary>A connection while something is done with it.</summary>
internal sealed class PostgresUse
{
    // Where PostgreSQL says that a commit did not wait for its standby: a name that no language changes.
    private const string WaitForStandby = "SyncRepWaitForLSN";

    private NpgsqlConnection? _connection;
    private volatile bool _isGivenUp;
    private volatile bool _isNotReplicated;

    public NpgsqlConnection Connection => _connection ?? throw new InvalidOperationException("The connection is not open.");

    public bool HasConnection => _connection is not null;

    public void Begin(NpgsqlConnection connection)
    {
        CheckWanted();
        connection.Notice += Hear;
        _connection = connection;
    }

    public void End() => Connection.Notice -= Hear;

    /// <summary>Nobody waits for it any more.</summary>
    public void GiveUp() => _isGivenUp = true;

    /// <summary>To be asked before something is sent: what nobody waits for is not begun.</summary>
    public void CheckWanted()
    {
        if (_isGivenUp)
        {
            throw new OutcomeUnknownException("It took too long, and its caller no longer waits.");
        }
    }

    /// <summary>Refuses to take for durable what an operator's cancel kept from waiting for the standby.</summary>
    public void CheckKept()
    {
        if (_isNotReplicated)
        {
            throw new NpgsqlException("the wait for the synchronous standby was cancelled");
        }
    }

    private void Hear(object sender, NpgsqlNoticeEventArgs said) => _isNotReplicated |= said.Notice.Routine == WaitForStandby;
}
