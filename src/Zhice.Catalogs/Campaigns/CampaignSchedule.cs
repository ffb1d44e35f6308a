using System.Collections.Immutable;
using System.Globalization;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;

namespace Zhice.Catalogs.Campaigns;

/// <summary>
/// Checks the times of a campaign against the clock: one that could contact nobody, or would begin at once unasked, is refused.
/// </summary>
public static class CampaignSchedule
{
    // A start that passes while it is typed is meant as now.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with its times, each with its path.</summary>
    /// <param name="definition">The campaign.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public static ImmutableArray<CatalogFault> FindFaults(CampaignDefinition definition, Catalog catalog, long nowMs)
    {
        var (order, startsAtMs) = (definition.Order, Math.Max(definition.StartsAtMs, nowMs));
        if (definition.StartsAtMs != 0 && definition.StartsAtMs < nowMs - (long)Grace.TotalMilliseconds)
        {
            return definition.IntervalMs == 0
                ? [new("one_off.start_time", $"found {Text(definition.StartsAtMs)}, which is past; leave it out to begin at once")]
                : [new("recurring.start_time", $"found {Text(definition.StartsAtMs)}, which is past; its next run is due at {Text(GetNext(definition, nowMs))}")];
        }

        if (order.EndsAtMs <= nowMs)
        {
            return [new("end_time", $"found {Text(order.EndsAtMs)}, which is past; nobody would be contacted")];
        }

        if (order.EndsAtMs <= startsAtMs)
        {
            return [new("end_time", $"found {Text(order.EndsAtMs)}, which is not after the start, {Text(startsAtMs)}")];
        }

        return CampaignPlan.Make(order, catalog, out _) is not { } plan ? []
            : plan.OpensAt(startsAtMs) is not { } opens ? [new("send_window", "lies within the quiet hours of the channels of all its placements; nobody could be contacted")]
            : opens >= order.EndsAtMs ? [new("end_time", $"found {Text(order.EndsAtMs)}; its send window and the quiet hours of its channels let nobody be contacted before {Text(opens)}")]
            : [];
    }

    private static long GetNext(CampaignDefinition definition, long nowMs) =>
        definition.StartsAtMs + (((nowMs - definition.StartsAtMs) / definition.IntervalMs) + 1) * definition.IntervalMs;

    private static string Text(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
