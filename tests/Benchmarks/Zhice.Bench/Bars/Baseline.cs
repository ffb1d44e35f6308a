using System.Text.Json;

namespace Zhice.Bench.Bars;

/// <summary>The ratios of an earlier run, which later runs are compared with. Rates are not kept: they depend on the machine.</summary>
internal sealed class Baseline
{
    /// <summary>A ratio that is worse by more than this part is flagged.</summary>
    public const double Tolerance = 0.1;

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    private readonly string _path;
    private readonly SortedDictionary<string, double> _medians;

    private Baseline(string path, SortedDictionary<string, double> medians) => (_path, _medians) = (path, medians);

    /// <summary>Reads a baseline; without a file, it is empty.</summary>
    /// <exception cref="FormatException">The file is none; the message says what it is to have.</exception>
    public static Baseline Read(string path)
    {
        try
        {
            var medians = File.Exists(path) ? JsonSerializer.Deserialize<SortedDictionary<string, double>>(File.ReadAllText(path)) : [];
            return new(path, medians ?? []);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{path}: a baseline is one JSON object of ratios by name; {fault.Message}", fault);
        }
    }

    /// <summary>The median that a figure had; null when it is new, or no ratio.</summary>
    public double? Find(BarFigure figure) => figure.IsRatio && _medians.TryGetValue(figure.Key, out var median) ? median : null;

    /// <summary>Whether a figure became worse by more than is tolerated.</summary>
    public bool IsWorse(BarFigure figure) => Find(figure) is { } before && figure.GetWorsening(before) > Tolerance;

    /// <summary>Keeps the ratios of a run, and of benchmarks that it did not run those of before.</summary>
    public void Keep(IEnumerable<BarFigure> figures)
    {
        foreach (var figure in figures.Where(static figure => figure.IsRatio))
        {
            _medians[figure.Key] = Math.Round(figure.Spread.Median, 3);
        }

        File.WriteAllText(_path, JsonSerializer.Serialize(_medians, Readable) + "\n");
    }
}
