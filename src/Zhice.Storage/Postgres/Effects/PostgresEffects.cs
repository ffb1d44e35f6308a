using Npgsql;
using Zhice.Storage.States;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>
/// What commits do beside keeping states. The statements follow the states' own in the transaction, and do their work for those
/// writes only whose state this very transaction has kept.
/// </summary>
internal static class PostgresEffects
{
    private static readonly CountedContactWriter Counted = new();
    private static readonly TakenUnitWriter Taken = new();

    // In the order in which a commit does them: what is voided comes before what is sent, as that is of now.
    private static readonly EffectWriter[] Writers =
    [
        Counted,
        new EndedContactWriter(),
        new VoidedActionWriter(),
        new ReceiptCountWriter(),
        new RevivedContactWriter(),
        new SentContactWriter(),
        new EndedUnitWriter(),
        Taken,
        new JourneyMoveWriter(),
        new ConsentStatementWriter(),
        new FactWriter(),
        new AnswerWriter(),
        new SetTimerWriter(),
        new CancelledTimerWriter(),
    ];

    /// <summary>Adds the statements that a batch needs.</summary>
    public static void Add(IReadOnlyList<StateWrite> batch, NpgsqlBatchCommandCollection statements)
    {
        foreach (var writer in Writers)
        {
            writer.Add(batch, statements);
        }
    }

    /// <inheritdoc cref="CountedContactWriter.Find"/>
    public static NpgsqlBatchCommand FindCounted(IReadOnlyList<StateWrite> batch) => Counted.Find(batch);

    /// <inheritdoc cref="TakenUnitWriter.Find"/>
    public static NpgsqlBatchCommand FindLeases(IReadOnlyList<StateWrite> batch) => Taken.Find(batch);
}
