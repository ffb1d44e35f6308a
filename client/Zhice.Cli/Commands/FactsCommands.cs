using System.CommandLine;
using Grpc.Core;
using Zhice.Cli.Lake;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice facts`: the facts of reports, for the bank's own lake.</summary>
internal static class FactsCommands
{
    public static Command Create() => new("facts", "Takes out the facts that reports are made of. Example: zhice facts export lake --from 2026-11-01 --to 2026-11-29")
    {
        Export(),
    };

    private static Command Export()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where to write. Example: lake" };
        var from = new Option<string>("--from") { Description = "The first day (UTC) on which facts were recorded. Example: --from 2026-11-01", HelpName = "DATE", Required = true };
        var to = new Option<string>("--to") { Description = "The last day, which must be over. Example: --to 2026-11-29", HelpName = "DATE", Required = true };
        return new Command(
            "export",
            """
            Writes a folder for each day, recorded_on=DATE, with a Parquet file that DuckDB, Spark, Doris, StarRocks and ClickHouse read.

            A day that is there already is left as it is, so the command goes on where it broke off. The files name customers.
            Example: zhice facts export lake --from 2026-11-01 --to 2026-11-29
            """)
        {
            folder, from, to,
        }.Runs(async session =>
        {
            var (first, last) = (FactDays.Parse(session.Get(from)!), FactDays.Parse(session.Get(to)!));
            if (first > last)
            {
                throw new UsageException($"--to {FactDays.Format(last)} is before --from {FactDays.Format(first)}.");
            }

            var isAnyThere = false;
            for (var day = first; day <= last; day = day.AddDays(1))
            {
                var rows = await WriteAsync(session, session.Get(folder)!, day);
                session.Terminal.Line($"{FactDays.Format(day)}: {rows switch { null => "is there already", 0 => "no facts are kept", _ => $"{NumberText.Count(rows.Value)} facts" }}");
                isAnyThere |= rows != 0;
            }

            if (!isAnyThere)
            {
                throw new FailureException(
                    "No facts are kept of these days. Silos keep the facts of the last 35 days, or of as many as FactDays says; "
                    + "what was recorded earlier is kept as totals, which 'zhice report funnel' shows.");
            }
        });
    }

    // How many facts; null: the day is there already.
    private static async Task<long?> WriteAsync(Session session, string folder, DateOnly day)
    {
        var file = FactDays.GetFile(folder, day);
        if (File.Exists(file))
        {
            return null;
        }

        // A file is there only when it is whole, and its folder only when there are facts.
        using var answers = session.Client.Measurement.StreamFacts(new() { RecordedOn = FactDays.Format(day) }, cancellationToken: session.Cancellation);
        if (!await answers.ResponseStream.MoveNext(session.Cancellation))
        {
            return 0;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var part = file + ".part";
        try
        {
            var rows = await WriteAsync(answers.ResponseStream, part, session.Cancellation);
            File.Move(part, file);
            return rows;
        }
        catch
        {
            File.Delete(part);
            if (!Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(file)!).Any())
            {
                Directory.Delete(Path.GetDirectoryName(file)!);
            }

            throw;
        }
    }

    // The first message has been read.
    private static async Task<long> WriteAsync(IAsyncStreamReader<StreamFactsResponse> answers, string part, CancellationToken cancellation)
    {
        await using var stream = File.Create(part);
        await using var facts = await FactFile.CreateAsync(stream);
        do
        {
            await facts.WriteAsync(answers.Current.Facts);
        }
        while (await answers.MoveNext(cancellation));
        await facts.EndAsync();
        return facts.Rows;
    }
}
