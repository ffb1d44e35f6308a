using System.CommandLine;
using System.Diagnostics;

namespace Zhice.Bench.Bars;

/// <summary>Runs benchmarks by their names, and writes one report of all; deploy/bench.sh starts it.</summary>
internal static class BarsCommand
{
    private const int Worse = 1;
    private const int Broken = 2;

    public static Command Create()
    {
        var names = new Argument<string[]>("names")
        {
            Description = $"Which: {string.Join(", ", BarBenches.Names)}.", Arity = ArgumentArity.OneOrMore,
        };
        var quick = new Option<bool>("--quick") { Description = "2 rounds of 2 s with few customers: shows that all works, and no speed." };
        var folder = new Option<string>("--out")
        {
            Description = "The folder of bench.md and bench.json.", DefaultValueFactory = _ => "artifacts/bench",
        };
        var baseline = new Option<string>("--baseline")
        {
            Description = "The ratios to compare with.", DefaultValueFactory = _ => "tests/Benchmarks/baseline.json",
        };
        var keep = new Option<bool>("--keep") { Description = "Make the ratios of this run the baseline." };
        var soak = new Option<int>("--soak-minutes") { Description = "How long the soak takes.", DefaultValueFactory = _ => (int)BarSizes.Full.Soak.TotalMinutes };
        var commit = new Option<string>("--commit") { Description = "What is measured.", DefaultValueFactory = _ => "working tree" };
        var command = new Command(
            "bars",
            "Runs benchmarks by their names. Exits with 1 when a ratio is worse than the baseline by over 10 %, "
            + "with 2 when a benchmark broke.")
        {
            names, quick, soak, folder, baseline, keep, commit,
        };
        command.SetAction((parsed, _) => RunAsync(
            parsed.GetValue(names)!,
            parsed.GetValue(quick) ? BarSizes.Quick : BarSizes.Full with { Soak = TimeSpan.FromMinutes(parsed.GetValue(soak)) },
            (parsed.GetValue(folder)!, parsed.GetValue(commit)!),
            Baseline.Read(parsed.GetValue(baseline)!),
            parsed.GetValue(keep)));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] names, BarSizes sizes, (string Folder, string Commit) output, Baseline baseline, bool keeps)
    {
        if (Array.Find(names, static name => !BarBenches.Names.Contains(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"'{unknown}' is no benchmark: {string.Join(", ", BarBenches.Names)}.");
            return Broken;
        }

        var (report, isBroken) = (new BarReport(baseline, sizes.IsQuick), false);
        foreach (var name in names)
        {
            var clock = Stopwatch.StartNew();
            Console.WriteLine($"== {name}");
            try
            {
                await BarBenches.RunAsync(name, sizes, report);
            }
            catch (Exception fault)
            {
                // The others are measured all the same; the report says what is missing.
                isBroken = true;
                report.AddNote($"{name} broke", $"{name} broke: {fault}");
            }

            Console.WriteLine($"== {name} took {clock.Elapsed.TotalSeconds:N0} s");
            report.Write(output.Folder, output.Commit);
        }

        await CaseStore.RemoveAsync();
        if (keeps && !sizes.IsQuick)
        {
            baseline.Keep(report.Figures);
        }

        Console.WriteLine($"{output.Folder}/bench.md and bench.json have the figures.");
        return isBroken ? Broken : report.IsWorse && !sizes.IsQuick && !keeps ? Worse : 0;
    }
}
