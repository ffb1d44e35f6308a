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

            for (var day = first; day <= last; day = day.AddDays(1))
            {
                session.Terminal.Line(await WriteAsync(session, session.Get(folder), day));
            }
        });
    }

    private static async Task<string> WriteAsync(Session session, string folder, DateOnly day)
    {
        var file = FactDays.GetFile(folder, day);
        if (File.Exists(file))
        {
            return $"{FactDays.Format(day)}: is there already";
        }

        // A file is there only when it is whole.
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var part = file + ".part";
        long rows;
        await using (var stream = File.Create(part))
        {
            using var answers = session.Client.Measurement.StreamFacts(new() { RecordedOn = FactDays.Format(day) }, cancellationToken: session.Cancellation);
            await using var facts = await FactFile.CreateAsync(stream);
            await foreach (var answer in answers.ResponseStream.ReadAllAsync(session.Cancellation))
            {
                await facts.WriteAsync(answer.Facts);
            }

            await facts.EndAsync();
            rows = facts.Rows;
        }

        if (rows == 0)
        {
            File.Delete(part);
            return $"{FactDays.Format(day)}: no facts are kept";
        }

        File.Move(part, file);
        return $"{FactDays.Format(day)}: {NumberText.Count(rows)} facts";
    }
}
