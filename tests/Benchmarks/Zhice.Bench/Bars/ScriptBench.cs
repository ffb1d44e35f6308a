using System.Globalization;
using System.Text.RegularExpressions;
using Zhice.Bench.Running;

namespace Zhice.Bench.Bars;

/// <summary>A kept benchmark that prints its figures: the report has all that it printed, and of it the figures that are wanted.</summary>
/// <param name="script">A script of tests/Benchmarks.</param>
/// <param name="arguments">Its arguments for a full run.</param>
/// <param name="quickArguments">Those for a quick one.</param>
/// <param name="wanted">The figures.</param>
internal sealed class ScriptBench(string script, string arguments, string quickArguments, params ScriptBench.Wanted[] wanted)
{
    public async Task RunAsync(string name, BarSizes sizes, BarReport report)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "../../../..", script);
        var chosen = (sizes.IsQuick ? quickArguments : arguments).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var output = await Child.RunAsync(new(path, chosen), default);
        report.AddNote($"{script} {string.Join(' ', chosen)}", output);
        foreach (var figure in wanted)
        {
            var found = Regex.Matches(output, figure.Pattern);
            if (found.Count == 0)
            {
                throw new InvalidOperationException($"{script} printed nothing like '{figure.Pattern}'.");
            }

            var rounds = found.Select(static one => double.Parse(one.Groups[1].Value, CultureInfo.InvariantCulture));
            report.Add(new(name, figure.Name, figure.Unit, [.. rounds])
            {
                Bar = figure.Bar, Side = figure.Side,
            });
        }
    }

    /// <summary>A figure in what a script prints.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Unit">Its unit; empty for a ratio.</param>
    /// <param name="Pattern">A regular expression; its first group is the number. Where it occurs more than once, each is a round.</param>
    /// <param name="Bar">What it is to be.</param>
    /// <param name="Side">On which side.</param>
    internal sealed record Wanted(string Name, string Unit, string Pattern, double? Bar = null, BarSide Side = BarSide.AtLeast);
}
