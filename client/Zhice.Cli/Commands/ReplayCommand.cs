using System.CommandLine;
using Grpc.Core;
using Zhice.Cli.Replay;
using Zhice.Cli.Running;
using Zhice.Client;

namespace Zhice.Cli.Commands;

/// <summary>`zhice replay`: a real campaign through the public API, each contact predicted before it is learned from.</summary>
internal static class ReplayCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "The campaign's file (UCI Bank Marketing, gzipped); else the sample's. Example: bank-additional-full.csv.gz",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var window = Numbers.Option("--window",
            $"How many rows are on their way at once, 1 to {EventStream.MaxWindow}; with 1 each is learned before the next is predicted. Example: --window 1",
            EventStream.MaxWindow, otherwise: 8);
        var limit = Numbers.Option("--limit-rows", "Only the first so many rows. Example: --limit-rows 1000", int.MaxValue);
        var shuffle = Numbers.Option("--shuffle",
            "Shuffles the rows, as Python's random.Random(SEED).shuffle does; else they come in the order of time. Example: --shuffle 7", int.MaxValue);
        return new Command("replay", "Replays a real campaign and measures how well the grid predicts. Example: zhice replay --limit-rows 5000")
        {
            file, window, limit, shuffle,
        }.Runs(async session =>
        {
            var rows = ReplayFile.Read(session.Get(file), session.Get(limit), session.Get(shuffle));
            await CheckCustomerAsync(session, rows[0]);
            await CheckCustomerAsync(session, rows[^1]);
            var outcome = await session.Terminal.WithProgressAsync("replay", "rows", rows.Count, advance =>
                new ReplayRun(session.Client, rows, session.Get(window), advance).RunAsync(session.Cancellation));
            ReplayReport.Print(session.Terminal, outcome);
            return outcome.NotRecorded.IsEmpty ? ExitCode.Done : ExitCode.Failed;
        });
    }

    private static async Task CheckCustomerAsync(Session session, CampaignRow row)
    {
        try
        {
            await session.Client.Customers.GetCustomerAsync(new() { CustomerId = row.CustomerId }, cancellationToken: session.Cancellation);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            throw new FailureException($"The customer '{row.CustomerId}' of row {row.Row} is not in the grid: start the server with the sample bank "
                + "(an empty grid is filled with it unless Zhice:Sample is false), wait until it says that the sample is loaded, and repeat.");
        }
    }
}
