using Microsoft.Data.Sqlite;
using Zhice.Storage.Sqlite.Outbox;
using Zhice.Storage.States;

namespace Zhice.Storage.Sqlite.Effects;

/// <summary>What a commit does beside keeping the state, on the connection that writes.</summary>
internal sealed class SqliteEffects : IDisposable
{
    private readonly SqliteOutboxEnds _ends;
    private readonly CountedContactWriter _counted;
    private readonly TakenUnitWriter _taken;
    private readonly EffectWriter[] _writers;

    public SqliteEffects(SqliteConnection connection)
    {
        _ends = new(connection);
        _counted = new(connection);
        _taken = new(connection);

        // In the order in which a commit does them: what is voided comes before what is sent, as that is of now.
        _writers =
        [
            _counted,
            new EndedContactWriter(_ends),
            new VoidedActionWriter(connection),
            new ReceiptCountWriter(_ends),
            new RevivedContactWriter(connection),
            new SentContactWriter(connection, _ends.Facts),
            new EndedUnitWriter(connection),
            _taken,
            new JourneyMoveWriter(connection),
            new ConsentStatementWriter(connection),
            new FactWriter(_ends.Facts),
            new AnswerWriter(connection),
            new TimerWriter(connection),
        ];
    }

    /// <inheritdoc cref="CountedContactWriter.CountedBefore"/>
    public string? CountedBefore(StateWrite write) => _counted.CountedBefore(write);

    /// <inheritdoc cref="TakenUnitWriter.EmptyLease"/>
    public Guid? EmptyLease(StateWrite write) => _taken.EmptyLease(write);

    /// <summary>Keeps the effects of a write whose state was just kept.</summary>
    /// <param name="write">The write.</param>
    /// <param name="version">The version that the state has now.</param>
    public void Keep(StateWrite write, long version)
    {
        if (write.Effects is { } effects)
        {
            foreach (var writer in _writers)
            {
                writer.Write(write, effects, version);
            }
        }
    }

    public void Dispose()
    {
        foreach (var writer in _writers)
        {
            writer.Dispose();
        }

        _ends.Dispose();
    }
}
