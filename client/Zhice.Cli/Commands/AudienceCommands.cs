using System.CommandLine;
using Grpc.Core;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice audience`: who the customers are for whom a condition holds.</summary>
internal static class AudienceCommands
{
    private const string SavedPrefix = "saved:";
    private const int IdsInMessage = 5_000;

    public static Command Create() => new("audience", "Counts, shows and saves audiences. Example: zhice audience count 'tags.age >= 30'")
    {
        Count(), Preview(), BreakDown(), Overlap(), Members(), Save(), Upload(), List(), Delete(),
    };

    private static Command Count()
    {
        var who = Who();
        return new Command("count", "Counts an audience, exactly. Example: zhice audience count 'tags.age >= 30 && tags.age < 60'") { who }.Runs(async session =>
        {
            var answer = await session.Client.Audiences.CountAudienceAsync(new() { Audience = ParseAudienceRef(session.Get(who)) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"{(answer.FewerThan > 0 ? $"fewer than {NumberText.Count(answer.FewerThan)}" : NumberText.Count(answer.Customers))} of {NumberText.Customers(answer.Total)}, as of {InstantText.Format(answer.AsOfTime)}");
        });
    }

    private static Command Preview()
    {
        var (who, limit) = (Who(), Numbers.Option("--limit", "How many at the most. Example: --limit 3", 100, 10));
        return new Command("preview", "Shows some customers of an audience with their tags. Example: zhice audience preview 'tags.age >= 30' --limit 3") { who, limit }.Runs(async session =>
        {
            var answer = await session.Client.Audiences.PreviewAudienceAsync(
                new() { Audience = ParseAudienceRef(session.Get(who)), Limit = session.Get(limit) }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            session.Terminal.Table("", ["customer", "tags"], answer.Members.Select(static member => new[]
            {
                member.CustomerId, string.Join(", ", member.Tags.OrderBy(static tag => tag.Key, StringComparer.Ordinal).Select(static tag => $"{tag.Key} = {tag.Value}")),
            }));
        });
    }

    private static Command BreakDown()
    {
        var (who, tag) = (Who(), new Argument<string>("TAG") { Description = "The tag. Example: age" });
        return new Command("breakdown", "Counts the values of a tag in an audience. Example: zhice audience breakdown true age") { who, tag }.Runs(async session =>
        {
            var answer = await session.Client.Audiences.BreakDownAudienceAsync(
                new() { Audience = ParseAudienceRef(session.Get(who)), TagId = session.Get(tag) }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            var max = Math.Max(1, answer.Bars.Select(static bar => bar.Customers).DefaultIfEmpty(1).Max());
            session.Terminal.Table("", [session.Get(tag), Column.Number("customers"), ""], answer.Bars
                .Select(bar => new[] { bar.Until.Length == 0 ? bar.Value : $"{bar.Value} to {bar.Until}", NumberText.Count(bar.Customers), new string('█', (int)(40 * bar.Customers / max)) })
                .Append(["(others)", NumberText.Count(answer.Others), ""]).Append(["(without)", NumberText.Count(answer.Without), ""]));
            PrintFloor(session, answer.FewerThan, "are in (others)");
        });
    }

    private static Command Overlap()
    {
        var who = new Argument<string[]>("WHO") { Description = "2 to 8 conditions, or saved audiences as saved:ID. Example: 'tags.age >= 60' saved:wealthy", Arity = new(2, 8) };
        return new Command("overlap", "Counts how audiences overlap. Example: zhice audience overlap 'tags.age >= 60' saved:wealthy") { who }.Runs(async session =>
        {
            var names = session.Get(who)!;
            var answer = await session.Client.Audiences.OverlapAudiencesAsync(new() { Audiences = { names.Select(ParseAudienceRef) } }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            session.Terminal.Table("", ["who", Column.Number("customers")], answer.Customers.Select((customers, i) => new[] { names[i], NumberText.Count(customers) })
                .Concat(answer.Pairs.Select(pair => new[] { $"{names[pair.First]}  and  {names[pair.Second]}", NumberText.Count(pair.Customers) }))
                .Append(["all", NumberText.Count(answer.All)]));
            PrintFloor(session, answer.FewerThan, "are shown as 0");
        });
    }

    private static void PrintFloor(Session session, long fewerThan, string what)
    {
        if (fewerThan > 0)
        {
            session.Terminal.Line($"Your roles show no single customers: numbers below {NumberText.Count(fewerThan)} {what}.");
        }
    }

    private static Command Members()
    {
        var who = Who();
        return new Command("members", "Prints the ids of an audience, one a line. Example: zhice audience members 'tags.age >= 60' > ids.txt") { who }.Runs(async session =>
        {
            using var call = session.Client.Audiences.StreamMembers(new() { Audience = ParseAudienceRef(session.Get(who)) }, cancellationToken: session.Cancellation);
            await foreach (var some in call.ResponseStream.ReadAllAsync(session.Cancellation))
            {
                foreach (var id in some.CustomerIds)
                {
                    session.Terminal.Line(id);
                }
            }
        });
    }

    private static Command Save()
    {
        var (id, who, name) = (Id(), Who(), Name());
        var (etag, force) = (EditedEtag.Option(), EditedEtag.Force());
        return new Command("save", "Saves a condition as an audience, as its next version. Example: zhice audience save seniors 'tags.age >= 60'") { id, who, name, etag, force }.Runs(async session =>
        {
            var audience = new Audience { AudienceId = session.Get(id), Expression = session.Get(who), DisplayName = session.Get(name) ?? "" };
            var answer = await EditedEtag.SaveAsync($"version of '{audience.AudienceId}'", "zhice audience list", async () => await session.Client.Audiences.SaveAudienceAsync(
                new() { Audience = audience, Etag = GetEtag(session, etag, force) }, cancellationToken: session.Cancellation));
            session.Terminal.Done(answer, $"Saved as version {answer.Audience.Version}.");
        });
    }

    private static Command Upload()
    {
        var (id, name) = (Id(), Name());
        var (etag, force) = (EditedEtag.Option(), EditedEtag.Force());
        var file = new Argument<string>("FILE") { Description = "A text file with a customer id a line, or CSV with a column customer_id. Example: ids.txt" };
        return new Command("upload", "Saves a list of customers as an audience. Example: zhice audience upload invited ids.txt") { id, file, name, etag, force }.Runs(async session =>
        {
            var audience = new Audience { AudienceId = session.Get(id), DisplayName = session.Get(name) ?? "" };
            var answer = await EditedEtag.SaveAsync(
                $"version of '{audience.AudienceId}'", "zhice audience list",
                () => UploadAsync(session, audience, GetEtag(session, etag, force), CustomerIdFile.Read(session.Get(file)!)));
            session.Terminal.Done(answer, $"Saved {NumberText.Customers(answer.Audience.Listed)} as version {answer.Audience.Version}{FormatListedBefore(answer)}.{FormatErased(answer)}{FormatUnknown(answer)}{FormatNotApplied(answer)}");
        });
    }

    /// <summary>Saves a list of customers as an audience.</summary>
    public static async Task<UploadAudienceResponse> UploadAsync(Session session, Audience audience, string etag, IEnumerable<string> customers)
    {
        using var call = session.Client.Audiences.UploadAudience(cancellationToken: session.Cancellation);
        await call.RequestStream.WriteAsync(new() { Audience = audience, Etag = etag }, session.Cancellation);
        foreach (var some in customers.Chunk(IdsInMessage))
        {
            await call.RequestStream.WriteAsync(new() { CustomerIds = { some } }, session.Cancellation);
        }

        await call.RequestStream.CompleteAsync();
        return await call;
    }

    private static string FormatErased(UploadAudienceResponse answer) => answer.ErasedCustomers == 0
        ? ""
        : $" {NumberText.Count(answer.ErasedCustomers)} were erased, and are left out: take them out of the file too.";

    private static string FormatUnknown(UploadAudienceResponse answer) => answer.UnknownCustomers == 0
        ? ""
        : $" {NumberText.Count(answer.UnknownCustomers)} of them are not known: {string.Join(", ", answer.UnknownCustomerIds)}{(answer.UnknownCustomers > answer.UnknownCustomerIds.Count ? ", …" : "")}";

    private static string FormatListedBefore(UploadAudienceResponse answer) => answer.ListedBefore == 0 || answer.ListedBefore == answer.Audience.Listed
        ? ""
        : $"; the version before had {NumberText.Count(answer.ListedBefore)}";

    private static string FormatNotApplied(UploadAudienceResponse answer) => answer.AppliedSilos == answer.AllSilos
        ? ""
        : $" {answer.AllSilos - answer.AppliedSilos} of {answer.AllSilos} silos do not go by it yet; they follow as soon as they can be reached.";

    private static Command List() => new Command("list", "Lists the saved audiences. Example: zhice audience list").Runs(async session =>
    {
        var audiences = await Paging.TakeAsync<Audience>(10_000, async (size, token) =>
        {
            var page = await session.Client.Audiences.ListAudiencesAsync(new() { PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
            return (page.Audiences, page.NextPageToken);
        });
        if (session.Terminal.IsJson)
        {
            audiences.ForEach(session.Terminal.Json);
            return;
        }

        session.Terminal.Table("", ["audience", "name", Column.Number("version"), "who", "author", "etag"], audiences.Select(static audience => new[]
        {
            audience.AudienceId, audience.DisplayName, NumberText.Count(audience.Version),
            audience.Expression.Length == 0 ? $"{NumberText.Count(audience.Listed)} listed" : audience.Expression, audience.Author, audience.Etag,
        }));
    });

    private static Command Delete()
    {
        var (id, etag) = (Id(), EditedEtag.Option());
        return new Command("delete", "Deletes a saved audience that nothing names any more. Example: zhice audience delete seniors") { id, etag }.Runs(async session =>
        {
            var audienceId = session.Get(id)!;
            var answer = await session.Client.Audiences.DeleteAudienceAsync(
                new() { AudienceId = audienceId, Etag = session.Get(etag) ?? "" }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"'{audienceId}' is deleted.");
        });
    }

    // An audience has no file beside which its etag could be kept.
    private static string GetEtag(Session session, Option<string?> etag, Option<bool> force) => session.Get(etag) ?? (session.Get(force) ? "" : EditedEtag.New);

    public static AudienceRef ParseAudienceRef(string who) => who.StartsWith(SavedPrefix, StringComparison.Ordinal) ? new() { AudienceId = who[SavedPrefix.Length..] } : new() { Expression = who };

    private static Argument<string> Who() => new("WHO") { Description = "A condition, or a saved audience as saved:ID; true for everyone. Example: 'tags.age >= 30'" };

    private static Argument<string> Id() => new("AUDIENCE") { Description = "The audience's id. Example: seniors" };

    private static Option<string?> Name() => new("--name") { Description = "Its name for people. Example: --name '老年客户'", HelpName = "NAME" };
}
