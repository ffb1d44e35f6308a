using Npgsql;
using NpgsqlTypes;
using Zhice.Domain.Effects;
using Zhice.Storage.Postgres.Outbox;
using static Zhice.Storage.Postgres.Parameters.KeyParameters;
using static Zhice.Storage.Postgres.Parameters.PostgresParameters;

namespace Zhice.Storage.Postgres.Effects;

/// <summary>Counts receipts.</summary>
internal sealed class ReceiptCountWriter() : EffectWriter<ReceiptRecord>(Text)
{
    private const string Text =
        $"""
        INSERT INTO delivery_count_part AS c (campaign, channel, day, outcome, shard, count)
        SELECT n.campaign, n.channel, n.day, n.outcome, {PostgresOutboxTexts.CountShard}, count(*)
        FROM {KeyColumns}, $5::uuid[], $6::text[], $7::text[], $8::integer[], $9::smallint[])
            AS n (grain_type, bucket, grain_key, state_name, write_id, campaign, channel, day, outcome)
        {Kept}
        GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (campaign, channel, day, outcome, shard) DO UPDATE SET count = c.count + excluded.count
        """;

    protected override IReadOnlyList<ReceiptRecord> Select(CommitEffects effects) => effects.Heard;

    protected override NpgsqlParameter[] Columns(ReceiptRecord[] effects) =>
    [
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static receipt => receipt.CampaignId)),
        Column(NpgsqlDbType.Text, Array.ConvertAll(effects, static receipt => receipt.ChannelId)),
        Column(NpgsqlDbType.Integer, Array.ConvertAll(effects, static receipt => receipt.Day)),
        Column(NpgsqlDbType.Smallint, Array.ConvertAll(effects, static receipt => (short)receipt.Outcome)),
    ];
}
