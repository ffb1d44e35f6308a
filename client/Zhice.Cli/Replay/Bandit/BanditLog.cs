using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Zhice.Cli.Running;
using Zhice.Domain.Learning;

namespace Zhice.Cli.Replay.Bandit;

/// <summary>A logged impression.</summary>
/// <param name="Item">The number of the item that was shown.</param>
/// <param name="IsClicked">Whether it was clicked.</param>
/// <param name="Propensity">The probability with which it was shown there.</param>
/// <param name="Features">What a model sees of the visitor and the place.</param>
internal readonly record struct BanditRound(int Item, bool IsClicked, double Propensity, uint[] Features);

/// <summary>
/// Reads a log of the Open Bandit Dataset (Y. Saito, S. Aihara, M. Matsutani, Y. Narita, NeurIPS 2021 Datasets and
/// Benchmarks; CC BY 4.0), plain or gzipped.
/// </summary>
internal static class BanditLog
{
    private static readonly string[] Visitor = ["user_feature_0", "user_feature_1", "user_feature_2", "user_feature_3"];

    /// <summary>Reads all rounds in their order.</summary>
    /// <exception cref="FailureException">A column is missing, or a row cannot be read; the message names it.</exception>
    public static List<BanditRound> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var lines = new StreamReader(
            path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var header = lines.ReadLine()?.Split(',') ?? [];
        var (item, position, click, propensity) =
            (
                Find(path, header, "item_id"), Find(path, header, "position"), Find(path, header, "click"),
                Find(path, header, "propensity_score"));
        var visitor = Visitor.Select(name => Find(path, header, name)).ToArray();
        var rounds = new List<BanditRound>();
        while (lines.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            if (cells.Length != header.Length
                || !int.TryParse(cells[item], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || !double.TryParse(cells[propensity], NumberStyles.Float, CultureInfo.InvariantCulture, out var probability)
                || !(probability > 0 && probability <= 1) || cells[click] is not ("0" or "1"))
            {
                throw new FailureException(
                    $"{path}, line {rounds.Count + 2}: expected an item, a click of 0 or 1, and a propensity_score above 0 and at most 1.");
            }

            uint[] features =
                [0, GetSlot("position=" + cells[position]), .. visitor.Select(column => GetSlot($"{header[column]}={cells[column]}"))];
            rounds.Add(new(number, cells[click] == "1", probability, features));
        }

        return rounds.Count > 0 ? rounds : throw new FailureException($"{path} has no rounds.");
    }

    /// <summary>Reads how many items there are.</summary>
    public static int CountItems(string path) => File.ReadLines(path).Skip(1).Count(line => line.Length > 0) is var items and > 0
        ? items
        : throw new FailureException($"{path} names no items.");

    private static int Find(string path, string[] header, string column) => Array.IndexOf(header, column) is var place and >= 0
        ? place
        : throw new FailureException($"{path} has no column '{column}'; expected a log of the Open Bandit Dataset.");

    private static uint GetSlot(string feature) =>
        (uint)(1 + (XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(feature)) % (FeatureVector.Slots - 1)));
}
