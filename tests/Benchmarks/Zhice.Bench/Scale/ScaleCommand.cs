using System.CommandLine;
using System.Globalization;
using Zhice.TestBank;

namespace Zhice.Bench.Scale;

/// <summary>What grows with the number of customers, and how: each figure at a tenth of them and at all of them.</summary>
internal static class ScaleCommand
{
    public static Command Create()
    {
        var customers = new Option<int>("--customers") { Description = "How many there are in the second run; the first has a tenth.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command(
            "scale",
            "One silo on a real PostgreSQL with a tenth of the customers, then with all of them: the start, counts, a new tag, an export, cold customers, "
            + "a minute in which nothing happens, the memory, the disk, the connections. The last column tells how much each grew; customers grew by 10.")
        {
            customers,
        };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(customers)));
        return command;
    }

    private static async Task RunAsync(int customers)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on", "max_wal_size=8GB");
        var small = await ScaleRun.MeasureAsync(server, customers / 10, "scale_small");
        var large = await ScaleRun.MeasureAsync(server, customers, "scale_large");
        Print("figure", $"{customers / 10:N0}", $"{customers:N0}", "grew by");
        foreach (var (before, after) in small.Zip(large))
        {
            Print(
                before.Name, before.ToText(), after.ToText(),
                before.Value > 0 ? (after.Value / before.Value).ToString("0.0", CultureInfo.InvariantCulture) : "-");
        }
    }

    private static void Print(string name, string small, string large, string growth) =>
        Console.WriteLine($"{name,-52}{small,14}{large,14}{growth,10}");
}

/// <summary>A figure of a run.</summary>
/// <param name="Name">What was measured, with its unit.</param>
/// <param name="Value">How much.</param>
internal readonly record struct ScaleFigure(string Name, double Value)
{
    public string ToText() => Value.ToString(Value < 100 ? "0.00" : "N0", CultureInfo.InvariantCulture);
}
