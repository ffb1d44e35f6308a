using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zhice.Bench.Bars;

/// <summary>Collects the figures of a run, says each as it comes, and writes them as Markdown and as JSON.</summary>
internal sealed class BarReport(Baseline baseline, bool isQuick)
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true, Converters = { new JsonStringEnumConverter() }, PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    private const string QuickNote = ". A quick run: it shows that all works, and no speed";

    private readonly List<BarFigure> _figures = [];
    private readonly List<(string Title, string Text)> _notes = [];
    private readonly Dictionary<string, string> _pictures = [];

    public IReadOnlyList<BarFigure> Figures => _figures;

    /// <summary>Whether a ratio became worse than the baseline by more than is tolerated.</summary>
    public bool IsWorse => _figures.Exists(baseline.IsWorse);

    public void Add(BarFigure figure)
    {
        _figures.Add(figure);
        Console.WriteLine($"  {figure.Name,-58} {figure.ToText(),30} {figure.Unit,-4} {Verdict(figure)}");
    }

    /// <summary>Adds what is no figure, such as a curve.</summary>
    public void AddNote(string title, string text)
    {
        _notes.Add((title, text));
        Console.WriteLine(text);
    }

    /// <summary>Adds a picture that is written to the folder of the report.</summary>
    public void AddPicture(string fileName, string svg) => _pictures[fileName] = svg;

    /// <summary>Writes bench.md, bench.json and the pictures.</summary>
    public void Write(string folder, string commit)
    {
        Directory.CreateDirectory(folder);
        foreach (var (fileName, svg) in _pictures)
        {
            File.WriteAllText(Path.Combine(folder, fileName), svg);
        }

        var (machine, atUtc) = ($"{Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}", DateTime.UtcNow);
        var page = new StringBuilder(
            string.Create(CultureInfo.InvariantCulture, $"# Benchmarks of {commit}, {atUtc:yyyy-MM-dd HH:mm} UTC\n\n"))
            .Append(CultureInfo.InvariantCulture, $"{machine}{(isQuick ? QuickNote : "")}.\n\n")
            .Append("| bench | what | median (least to most) | unit | bar | verdict | baseline |\n|---|---|---|---|---|---|---|\n");
        foreach (var figure in _figures)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {figure.Bench} | {figure.Name} | {figure.ToText()} | {figure.Unit} | {BarText(figure)} ");
            page.Append(CultureInfo.InvariantCulture, $"| {Verdict(figure)} | {Before(figure)} |\n");
        }

        foreach (var (title, text) in _notes)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n```\n{text.TrimEnd()}\n```\n");
        }

        File.WriteAllText(Path.Combine(folder, "bench.md"), page.ToString());
        var content = new
        {
            commit, atUtc, machine, isQuick, figures = _figures.Select(ToJson),
            notes = _notes.Select(static note => new { note.Title, note.Text }),
        };
        File.WriteAllText(Path.Combine(folder, "bench.json"), JsonSerializer.Serialize(content, Readable) + "\n");
    }

    private object ToJson(BarFigure figure) => new
    {
        figure.Bench, figure.Name, figure.Unit, figure.Spread.Median, figure.Spread.Least, figure.Spread.Most, figure.Rounds, figure.Bar,
        figure.Side, figure.IsMet, figure.Missed, baseline = baseline.Find(figure), isWorse = baseline.IsWorse(figure),
    };

    private string Verdict(BarFigure figure) => string.Join(", ", new[]
    {
        figure.IsMet switch
        {
            true => "met", false => string.Create(CultureInfo.InvariantCulture, $"MISSED by {figure.Missed:P0}"), _ => "",
        },
        baseline.IsWorse(figure) ? "WORSE than the baseline" : "",
    }.Where(static part => part.Length > 0));

    private string Before(BarFigure figure) => baseline.Find(figure) is { } before
        ? string.Create(CultureInfo.InvariantCulture, $"{before:0.00} ({-figure.GetWorsening(before):+0%;-0%;0%})")
        : "";

    private static string BarText(BarFigure figure) => figure.Bar is not { } bar
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{(figure.Side == BarSide.AtLeast ? "≥" : "≤")} {bar:#,0.##}");
}
