using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Domain.Measurement.Facts;
using Zhice.Storage.Postgres.Facts;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Records facts, and adds them to their totals.</summary>
internal sealed class FactWriter() : EffectWriter<Fact>(Text)
{
    private static readonly string Text =
        $"""
        WITH n AS MATERIALIZED (
            SELECT n.* FROM {KeyColumns}, $5::uuid[], $6::timestamptz[], $7::bigint[], $8::bigint[], $9::integer[], $10::integer[], $11::real[], $12::smallint[], $13::smallint[], $14::text[], $15::text[])
                AS n (grain_type, bucket, grain_key, state_name, write_id, at, group_id, amount, day, code, probability, kind, rank, key, about)
            {Kept}),
        measured AS (
            INSERT INTO fact ({PostgresFactTexts.Columns})
            SELECT at, group_id, amount, day, code, probability, kind, rank, bucket, key, grain_key, about FROM n)
        {PostgresFactTexts.CountText("SELECT group_id, day, code, kind, amount FROM n")}
        """;

    protected override IReadOnlyList<Fact> Select(CommitEffects effects) => effects.Facts;

    protected override NpgsqlParameter[] Columns(Fact[] effects) =>
    [
        Times(effects, static fact => fact.AtMs),
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(effects, static fact => fact.GroupId)),
        Column(NpgsqlDbType.Bigint, Array.ConvertAll(effects, static fact => fact.AmountFen)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static fact => fact.Day)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static fact => fact.Code)),
        Column(NpgsqlDbType.Real, Array.ConvertAll(effects, static fact => fact.Probability)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static fact => (short)fact.Kind)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static fact => (short)fact.Rank)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static fact => fact.Key)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static fact => fact.About)),
    ];
}
