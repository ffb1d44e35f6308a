using System.CommandLine;
using Google.Protobuf;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice erasures` and `zhice customer erase`: customers who are erased.</summary>
internal static class ErasuresCommands
{
    private const int AtOnce = 10_000;

    public static Command Create() => new("erasures", "Lists erasures, and brings tombstones to a store that was restored. Example: zhice erasures list")
    {
        List(), Lift(), Export(), Apply(),
    };

    public static Command Erase()
    {
        var customer = CommonArguments.Customer();
        var reason = new Option<string>("--reason") { Description = "Why, for the certificate. Example: --reason 'asked in branch 7'", HelpName = "TEXT", Required = true };
        var request = new Option<string>("--request-id")
        {
            Description = "An id by which a repeat is recognised. Example: --request-id erase-020235", HelpName = "ID", DefaultValueFactory = static _ => Guid.NewGuid().ToString("n"),
        };
        return new Command("erase", "Erases a customer from all places, for good. Example: zhice customer erase 020235 --reason 'asked in branch 7'") { customer, reason, request }
            .Runs(async session =>
            {
                var asked = new EraseCustomerRequest { CustomerId = session.Get(customer), Reason = session.Get(reason), RequestId = session.Get(request) };
                var erasure = (await session.Client.Customers.EraseCustomerAsync(asked, cancellationToken: session.Cancellation)).Erasure;
                while (erasure.EndTime is null)
                {
                    erasure = (await session.Client.Customers.EraseCustomerAsync(asked, cancellationToken: session.Cancellation)).Erasure;
                }

                Print(session.Terminal, erasure);
            });
    }

    private static Command List()
    {
        var limit = Numbers.Option("--limit", "How many at most, the latest first. Example: --limit 5", 1_000_000, otherwise: 100);
        return new Command("list", "Lists erasures, the latest first. Example: zhice erasures list") { limit }.Runs(async session =>
        {
            var erasures = await Paging.TakeAsync<Erasure>(session.Get(limit), async (size, token) =>
            {
                var page = await session.Client.Erasures.ListErasuresAsync(new() { PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
                return (page.Erasures, page.NextPageToken);
            });
            if (session.Terminal.IsJson)
            {
                erasures.ForEach(session.Terminal.Json);
                return;
            }

            session.Terminal.Table("", [Column.Number("number"), "id hash", "begun", "ended", "by", "why"], erasures.Select(static each => new[]
            {
                NumberText.Count(each.Number), each.IdHash[..16], InstantText.Format(each.BeginTime), InstantText.Format(each.EndTime), each.Actor, each.Reason,
            }));
        });
    }

    private static Command Lift()
    {
        var customer = CommonArguments.Customer();
        return new Command("lift", "Lets an erased customer be kept again. Example: zhice erasures lift 020235") { customer }.Runs(async session =>
        {
            var answer = await session.Client.Erasures.LiftErasureAsync(new() { CustomerId = session.Get(customer) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, answer.WasErased ? "The customer can be kept again." : "The customer was not erased.");
        });
    }

    private static Command Export()
    {
        var file = new Argument<string>("FILE") { Description = "Where to write them. Example: tombstones.json" };
        return new Command("export", "Writes all tombstones into a file, to be kept with the backups. Example: zhice erasures export tombstones.json") { file }.Runs(async session =>
        {
            var answer = await session.Client.Erasures.ListTombstonesAsync(new(), cancellationToken: session.Cancellation);
            var path = session.Get(file);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using (var text = new StreamWriter(path, options))
            {
                await text.WriteAsync(JsonFormatter.Default.Format(answer));
            }

            session.Terminal.Line($"{NumberText.Count(answer.IdHashes.Count)} tombstones are in {path}.");
        });
    }

    private static Command Apply()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Tombstones that were exported; none: those of the store. Example: tombstones.json", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = static _ => "",
        };
        return new Command("apply", "After a backup was restored: adds tombstones and erases again whom it brought back. Example: zhice erasures apply tombstones.json") { file }.Runs(async session =>
        {
            var tombstones = new ListTombstonesResponse();
            if (session.Get(file) is { Length: > 0 } path)
            {
                try
                {
                    tombstones = JsonParser.Default.Parse<ListTombstonesResponse>(await File.ReadAllTextAsync(path, session.Cancellation));
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidProtocolBufferException or InvalidJsonException)
                {
                    throw new UsageException($"{path} is no file of `zhice erasures export`: {fault.Message}");
                }
            }

            var again = 0;
            foreach (var some in tombstones.IdHashes.Count == 0 ? [[]] : tombstones.IdHashes.Chunk(AtOnce))
            {
                var answer = await session.Client.Erasures.ApplyTombstonesAsync(
                    new() { Salt = some.Length == 0 ? ByteString.Empty : tombstones.Salt, IdHashes = { some } }, cancellationToken: session.Cancellation);
                again += answer.ErasedAgain;
            }

            session.Terminal.Line(again == 0 ? "Nobody was brought back." : $"{NumberText.Customers(again)} {(again == 1 ? "was" : "were")} there, and {(again == 1 ? "is" : "are")} erased again.");
        });
    }

    private static void Print(Terminal terminal, Erasure erasure)
    {
        if (terminal.IsJson)
        {
            terminal.Json(erasure);
            return;
        }

        terminal.Line($"erased, certificate {erasure.Number}, by {erasure.Actor} at {InstantText.Format(erasure.EndTime)}");
        terminal.Line($"id hash {erasure.IdHash}");
        terminal.Table("removed", ["place", Column.Number("rows")], erasure.Removed.Select(static place => new[] { place.Place, NumberText.Count(place.Rows) }));
        terminal.Table("stays", ["place", "why"], erasure.Kept.Select(static place => new[] { place.Place, place.Why }));
    }
}
