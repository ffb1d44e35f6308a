using Zhice.V1;

namespace Zhice.Cli.Values;

/// <summary>Describes contacts that wait, for people.</summary>
internal static class WaitingText
{
    /// <summary>A row of a table: what, where or why, how many.</summary>
    public static string[] ToRow(WaitingCount count) =>
    [
        count.IsWithGateway ? "with a gateway" : "waiting",
        count.HeldBy.Length == 0 ? count.ChannelId : $"{count.ChannelId}: {count.HeldBy.Replace('_', ' ')}",
        NumberText.Count(count.Count),
    ];

    /// <summary>A sentence for each channel that nobody serves.</summary>
    public static IEnumerable<string> Warnings(IEnumerable<WaitingCount> counts) => counts
        .Where(static count => count is { Gateways: 0, Count: > 0 })
        .GroupBy(static count => count.ChannelId)
        .Select(static channel => $"No gateway serves channel '{channel.Key}': {NumberText.Count(channel.Sum(static count => count.Count))} contacts wait, and expire if none comes.");
}
