using Microsoft.Data.Sqlite;
using Zhice.Domain.Effects;
using Zhice.Storage.Sqlite.Connections;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>Takes units of stock out of leases, and finds leases that have too few.</summary>
internal sealed class TakenUnitWriter(SqliteConnection connection) : EffectWriter<TakenUnit>
{
    private readonly SqliteCommand _remaining = connection.Prepared("SELECT remaining FROM stock_lease WHERE lease_id = $lease", "$lease");

    private readonly SqliteCommand _spend = connection.Prepared(
        "DELETE FROM stock_unit WHERE bucket = $bucket AND contact_id = $contact", "$bucket", "$contact");

    private readonly SqliteCommand _take = connection.Prepared(
        "UPDATE stock_lease SET remaining = remaining - 1 WHERE lease_id = $lease", "$lease");

    private readonly SqliteCommand _keep = connection.Prepared(
        """
        INSERT INTO stock_unit (bucket, contact_id, action_id, ends_at_ms, goes_back)
        SELECT $bucket, $contact, action_id, $ends, $back FROM stock_lease WHERE lease_id = $lease
        """,
        "$bucket", "$contact", "$ends", "$back", "$lease");

    /// <summary>A lease that has fewer units than the write takes of it; null when there is none.</summary>
    public Guid? EmptyLease(StateWrite write)
    {
        foreach (var lease in (write.Effects?.Taken ?? []).CountBy(static unit => unit.LeaseId))
        {
            _remaining.Set(lease.Key.ToByteArray());
            if (_remaining.ExecuteScalar() is not long remaining || remaining < lease.Value)
            {
                return lease.Key;
            }
        }

        return null;
    }

    public override void Dispose()
    {
        _remaining.Dispose();
        _spend.Dispose();
        _take.Dispose();
        _keep.Dispose();
    }

    protected override IReadOnlyList<TakenUnit> Select(CommitEffects effects) => effects.Taken;

    protected override void Write(StateWrite write, TakenUnit unit, long version)
    {
        // The unit that a dead letter gave back and that has not gone back yet is the one that it takes again.
        if (_spend.Run(write.Key.Bucket, unit.ContactId) == 0)
        {
            _take.Run(unit.LeaseId.ToByteArray());
        }

        if (unit.EndsAtMs is { } ends)
        {
            _keep.Run(write.Key.Bucket, unit.ContactId, ends, unit.GoesBack ? 1 : 0, unit.LeaseId.ToByteArray());
        }
    }
}
