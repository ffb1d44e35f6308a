using Npgsql;
using Zhice.Domain.Faults;
using Zhice.Postgres;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.Effects;
using Zhice.Storage.Postgres.Facts;
using Zhice.Storage.Postgres.Partitions;
using Zhice.Storage.Postgres.Retention;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.States;

/// <summary>
/// Writes batches, each in one transaction and one round trip: the statements leave together, and the server commits at
/// their end. What was found instead of a stale write is asked afterwards, and only if there is one.
/// </summary>
internal sealed class PostgresWriter(PostgresPool pool, PostgresRetention? retention = null, PostgresFactGroups? groups = null)
{
    private const int MaxTries = 5;

    private readonly PostgresFactGroups _groups = groups ?? new();
    private readonly long _clearing = AdvisoryLocks.Clearing(pool.Store);

    /// <inheritdoc cref="IStateStore.WriteAsync"/>
    public async Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryAsync(batch, isLast: tries == MaxTries);
            }
            catch (PostgresException fault) when (PostgresFaults.IsLostRace(fault) && tries < MaxTries)
            {
                // Nothing was kept. Two silos wrote the same customers; one of them had to give way.
            }
            catch (PostgresException fault) when (PostgresPartitions.IsMissing(fault) && retention is not null && tries < MaxTries)
            {
                // Nobody has looked after the store for weeks, or its clock was set.
                await retention.PrepareAsync();
            }
        }
    }

    private async Task<WriteOutcome[]> TryAsync(IReadOnlyList<StateWrite> batch, bool isLast)
    {
        try
        {
            return await pool.UseAsync(use => CarryOutAsync(use, batch));
        }
        catch (PostgresException fault) when (PostgresFaults.IsLostRace(fault) && !isLast)
        {
            throw;
        }
        catch (Exception fault) when (fault is not (StoreUnavailableException or OutcomeUnknownException))
        {
            if (PostgresFaults.IsConnectionFault(fault))
            {
                pool.Clear();
            }

            throw PostgresFaults.OfWrite(fault, pool.Store);
        }
    }

    private async Task<WriteOutcome[]> CarryOutAsync(PostgresUse use, IReadOnlyList<StateWrite> batch)
    {
        var outcomes = new Dictionary<Guid, WriteOutcome>(batch.Count);
        await RefuseAsync(use.Connection, batch, outcomes);
        await RefuseUnpaidAsync(use.Connection, batch, outcomes);
        StateWrite[] writes = outcomes.Count == 0 ? [.. batch] : [.. batch.Where(write => !outcomes.ContainsKey(write.WriteId))];
        use.CheckWanted();
        await CommitAsync(use.Connection, writes, outcomes);
        if (outcomes.Count < batch.Count)
        {
            await FindAsync(use.Connection, [.. writes.Where(write => !outcomes.ContainsKey(write.WriteId))], outcomes);
        }

        return [.. batch.Select(write => outcomes[write.WriteId])];
    }

    // Leaves out writes that count what others have counted. Should one do so right afterwards, the ledger's key fails the
    // transaction, and the next try finds it here.
    private static async Task RefuseAsync(
        NpgsqlConnection connection, IReadOnlyList<StateWrite> batch, Dictionary<Guid, WriteOutcome> outcomes)
    {
        StateWrite[] counting = [.. batch.Where(static write => write.Effects is { Counted.Count: > 0 })];
        if (counting.Length == 0)
        {
            return;
        }

        await using var statements = new NpgsqlBatch(connection) { BatchCommands = { PostgresEffects.FindCounted(counting) } };
        await using var rows = await statements.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            // One that is stale as well is told so: its grain has to read the state again.
            var (id, version) = (rows.GetGuid(0), rows.GetInt64(2));
            if (counting.First(write => write.WriteId == id).ExpectedVersion == version)
            {
                outcomes[id] = WriteOutcome.CountedBefore(rows.GetString(1), version);
            }
        }
    }

    // Leaves out writes that take more units than their lease has, which is over then. Should one end right afterwards, its row's
    // own check fails the transaction, and the next try finds it here.
    private static async Task RefuseUnpaidAsync(
        NpgsqlConnection connection, IReadOnlyList<StateWrite> batch, Dictionary<Guid, WriteOutcome> outcomes)
    {
        StateWrite[] taking = [.. batch.Where(write => write.Effects is { Taken.Count: > 0 } && !outcomes.ContainsKey(write.WriteId))];
        if (taking.Length == 0)
        {
            return;
        }

        await using var statements = new NpgsqlBatch(connection) { BatchCommands = { PostgresEffects.FindLeases(taking) } };
        await using var rows = await statements.ExecuteReaderAsync();
        var left = new Dictionary<Guid, int>();
        while (await rows.ReadAsync())
        {
            var (write, lease) = (rows.GetGuid(0), rows.GetGuid(1));
            left[lease] = left.GetValueOrDefault(lease, rows.GetInt32(2)) - 1;
            if (left[lease] < 0)
            {
                outcomes[write] = WriteOutcome.LeaseEmpty(lease, rows.GetInt64(3));
            }
        }
    }

    private async Task CommitAsync(NpgsqlConnection connection, StateWrite[] batch, Dictionary<Guid, WriteOutcome> outcomes)
    {
        if (batch.Length == 0)
        {
            return;
        }

        StateWrite[] clears = [.. batch.Where(static write => write.Payload is null)];
        StateWrite[] inserts = [.. batch.Where(static write => write is { Payload: not null, ExpectedVersion: 0 })];
        StateWrite[] updates = [.. batch.Where(static write => write is { Payload: not null, ExpectedVersion: not 0 })];
        await using var statements = new NpgsqlBatch(connection);
        if (clears.Length + inserts.Length > 0)
        {
            statements.BatchCommands.Add(WriteStatements.Lock(_clearing, alone: clears.Length > 0));
        }

        Add(inserts, WriteStatements.Insert);
        Add(updates, WriteStatements.Update);
        Add(clears, WriteStatements.Clear);
        var added = _groups.FindNew(batch);
        if (added is not null)
        {
            statements.BatchCommands.Add(PostgresFactGroups.Statement(added));
        }

        PostgresEffects.Add(batch, statements.BatchCommands);

        await using var rows = await statements.ExecuteReaderAsync();
        do
        {
            while (await rows.ReadAsync())
            {
                if (rows.FieldCount == 2)
                {
                    outcomes.Add(rows.GetGuid(0), WriteOutcome.Written(rows.GetInt64(1)));
                }
            }
        }
        while (await rows.NextResultAsync());

        if (added is not null)
        {
            _groups.Learn(added);
        }

        void Add(StateWrite[] writes, Func<StateWrite[], NpgsqlBatchCommand> statement)
        {
            if (writes.Length > 0)
            {
                statements.BatchCommands.Add(statement(writes));
            }
        }
    }

    // What is there instead of the version that was expected: perhaps this very write, from a try whose outcome was lost. That
    // is answered once the standby has it too, though nothing is written.
    private static async Task FindAsync(NpgsqlConnection connection, StateWrite[] writes, Dictionary<Guid, WriteOutcome> outcomes)
    {
        try
        {
            await using var statements = new NpgsqlBatch(connection) { BatchCommands = { WriteStatements.Find(writes), WriteStatements.WaitForStandby() } };
            await using var rows = await statements.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                var (id, version) = (rows.GetGuid(0), rows.GetInt64(2));
                outcomes.Add(id, rows.GetGuid(1) == id ? WriteOutcome.Written(version) : WriteOutcome.Stale(version));
            }

            await PostgresCalls.ToEndAsync(rows);
            await rows.DisposeAsync();
            await FindErasedAsync(
                connection,
                [.. writes.Where(write => write is { Payload: not null, ExpectedVersion: 0 } && !outcomes.ContainsKey(write.WriteId))],
                outcomes);
        }
        catch (NpgsqlException fault)
        {
            throw new OutcomeUnknownException($"What the store has instead could not be read: {fault.Message}", fault);
        }

        foreach (var write in writes)
        {
            outcomes.TryAdd(write.WriteId, write.Payload is null ? WriteOutcome.Written(0) : WriteOutcome.Stale(0));
        }
    }

    // A new state that is not there all the same: either another was faster and has left since, or the customer was erased.
    private static async Task FindErasedAsync(NpgsqlConnection connection, StateWrite[] writes, Dictionary<Guid, WriteOutcome> outcomes)
    {
        if (writes.Length == 0)
        {
            return;
        }

        await using var statements = new NpgsqlBatch(connection) { BatchCommands = { WriteStatements.FindErased(writes) } };
        await using var rows = await statements.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            outcomes.Add(rows.GetGuid(0), WriteOutcome.Erased);
        }
    }
}
