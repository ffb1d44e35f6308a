using System.Data;
using Npgsql;
using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres;

/// <summary>
/// Writes batches, each in one transaction and one round trip: the statements leave together, and the server commits at
/// their end. What was found instead of a stale write is asked afterwards, and only if there is one.
/// </summary>
internal sealed class PostgresWriter(PostgresPool pool)
{
    private const int MostTries = 5;

    private readonly long _clearing = AdvisoryLocks.Clearing(pool.Store);

    /// <inheritdoc cref="IStateStore.WriteAsync"/>
    public async Task<WriteOutcome[]> WriteAsync(IReadOnlyList<StateWrite> batch)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryAsync(batch);
            }
            catch (PostgresException fault) when (PostgresFaults.IsLostRace(fault) && tries < MostTries)
            {
                // Nothing was kept. Two silos wrote the same customers; one of them had to give way.
            }
        }
    }

    private async Task<WriteOutcome[]> TryAsync(IReadOnlyList<StateWrite> batch)
    {
        await using var connection = await pool.OpenAsync();
        try
        {
            var written = new Dictionary<Guid, long>(batch.Count);
            await CommitAsync(connection, batch, written);
            if (written.Count < batch.Count)
            {
                await FindAsync(connection, batch, written);
            }

            return Outcomes(batch, written);
        }
        catch (PostgresException fault) when (PostgresFaults.IsLostRace(fault))
        {
            throw;
        }
        catch (Exception fault)
        {
            if (PostgresFaults.IsOfConnection(fault))
            {
                pool.Clear();
            }

            throw PostgresFaults.OfWrite(fault, connection.State == ConnectionState.Open, pool.Store);
        }
    }

    private async Task CommitAsync(NpgsqlConnection connection, IReadOnlyList<StateWrite> batch, Dictionary<Guid, long> written)
    {
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
        await using var rows = await statements.ExecuteReaderAsync();
        do
        {
            while (await rows.ReadAsync())
            {
                if (rows.FieldCount == 2)
                {
                    written.Add(rows.GetGuid(0), rows.GetInt64(1));
                }
            }
        }
        while (await rows.NextResultAsync());

        void Add(StateWrite[] writes, Func<StateWrite[], NpgsqlBatchCommand> statement)
        {
            if (writes.Length > 0)
            {
                statements.BatchCommands.Add(statement(writes));
            }
        }
    }

    // What is there instead of the version that was expected: perhaps this very write, from a try whose outcome was lost.
    private static async Task FindAsync(NpgsqlConnection connection, IReadOnlyList<StateWrite> batch, Dictionary<Guid, long> written)
    {
        StateWrite[] others = [.. batch.Where(write => !written.ContainsKey(write.WriteId))];
        var found = new Dictionary<Guid, (Guid WriteId, long Version)>();
        try
        {
            await using var statements = new NpgsqlBatch(connection) { BatchCommands = { WriteStatements.Find(others) } };
            await using var rows = await statements.ExecuteReaderAsync();
            while (await rows.ReadAsync())
            {
                found.Add(rows.GetGuid(0), (rows.GetGuid(1), rows.GetInt64(2)));
            }
        }
        catch (Exception fault) when (fault is NpgsqlException)
        {
            throw new OutcomeUnknownException($"What the store has instead could not be read: {fault.Message}", fault);
        }

        foreach (var write in others)
        {
            if (!found.TryGetValue(write.WriteId, out var there))
            {
                there = (write.Payload is null ? write.WriteId : Guid.Empty, 0);
            }

            // A negative number says stale: the version that is there, below 0.
            written.Add(write.WriteId, there.WriteId == write.WriteId ? there.Version : ~there.Version);
        }
    }

    private static WriteOutcome[] Outcomes(IReadOnlyList<StateWrite> batch, Dictionary<Guid, long> versions) =>
        [.. batch.Select(write => versions[write.WriteId] is >= 0 and var version ? WriteOutcome.Written(version) : WriteOutcome.Stale(~versions[write.WriteId]))];
}
