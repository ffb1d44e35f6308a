using System.Text.Json.Nodes;
using Zhice.Cli.Running;
using Zhice.Domain.Primitives;
using Zhice.V1;

namespace Zhice.Cli.Tests.Reports;

/// <summary>Outcomes of a small lake, booked by each rule.</summary>
[Collection("Console")]
public sealed class ReportAttributionTests : IDisposable
{
    private readonly LakeFolder _lake = new();

    public void Dispose() => _lake.Dispose();

    [Fact]
    public async Task Each_rule_books_the_same_amount_to_the_fen_on_its_own_touches()
    {
        var (sms, push) = (Contact("a", 0), Contact("a", 7));
        await _lake.WriteAsync(
            0, Touch(FactKind.Contacted, "a", sms, 0, "sms"), Touch(FactKind.Contacted, "b", Contact("b", 1), 1, "sms"),
            Touch(FactKind.Contacted, "a", push, 7, "push"), Touch(FactKind.Clicked, "a", push, 8, "push"),
            Outcome("a", 10_001, 8), Outcome("b", 500, 8), Outcome("c", 700, 8), Outcome("a", 9, 8, id: "other"));

        var last = await JsonAsync("--rule", "last-touch");
        Assert.Equal([("push", 1, 10_001L), ("sms", 1, 500L)], Lines(last));
        Assert.Equal([("sms", 2, 10_501L)], Lines(await JsonAsync("--rule", "first-touch")));
        // 7 days older, half as much: 1 of 3 parts.
        var decay = await JsonAsync("--rule", "time-decay", "--half-life", "7");
        Assert.Equal([("push", 0.67, 6_667L), ("sms", 1.33, 3_834L)], Lines(decay));
        Assert.All(new[] { last, decay }, static report =>
        {
            Assert.Equal((3, 11_201L), ((int)report["total"]!["outcomes"]!, (long)report["total"]!["fen"]!));
            Assert.Equal(700, (long)report["noTouch"]!["fen"]!);
        });
    }

    [Fact]
    public async Task What_an_event_names_is_booked_on_it_by_every_rule_and_on_nothing_where_it_is_not_there()
    {
        var (named, later) = (Contact("a", 0), Contact("a", 5));
        await _lake.WriteAsync(
            0, Touch(FactKind.Contacted, "a", named, 0, "sms"), Touch(FactKind.Contacted, "a", later, 5, "push"),
            Outcome("a", 100, 6, rank: 1, about: $"{named}"), Outcome("a", 30, 6, rank: 1));
        foreach (var rule in new[] { "last-touch", "first-touch", "time-decay" })
        {
            var report = await JsonAsync("--rule", rule);
            Assert.Equal([("sms", 1, 100L)], Lines(report));
            Assert.Equal(30, (long)report["namedElsewhere"]!["fen"]!);
        }
    }

    [Fact]
    public async Task Void_contacts_touches_of_other_actions_and_those_before_the_window_get_nothing()
    {
        var (old, other, withdrawn, resent) = (Contact("a", 0), Contact("a", 20), Contact("a", 21), Contact("a", 15));
        await _lake.WriteAsync(
            0, Touch(FactKind.Contacted, "a", old, 0, "sms"), Touch(FactKind.Contacted, "a", other, 20, "call", action: "loan"),
            Touch(FactKind.Contacted, "a", withdrawn, 21, "push"), Touch(FactKind.Contacted, "a", resent, 15, "letter"),
            Touch(FactKind.Void, "a", withdrawn, 21, "push"), Touch(FactKind.Void, "a", resent, 15, "letter"));
        await _lake.WriteAsync(30, Touch(FactKind.Resent, "a", resent, 22, "letter"), Outcome("a", 100, 31));

        Assert.Equal([("letter", 1, 100L)], Lines(await JsonAsync("--rule", "first-touch", "--action", "deposit")));
        Assert.Equal([("call", 1, 100L)], Lines(await JsonAsync("--window", "14")));
        Assert.Empty(Lines(await JsonAsync("--window", "5")));
        Assert.Contains(
            "The lake has no outcome 'opened' of these days.",
            (await ConsoleRun.RunAsync("report", "attribution", _lake.Path, "--outcome", "opened", "--to", "2026-11-30")).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--outcome opened --rule middle", ExitCode.WrongUsage, "'middle' is no rule; it is last-touch, first-touch or time-decay.")]
    [InlineData("--outcome opened --by customer", ExitCode.WrongUsage, "'customer' is no dimension; it is one of campaign, journey")]
    [InlineData("--outcome nothing", ExitCode.Failed, "The lake has no outcome 'nothing' of these days. It has others: opened.")]
    public async Task What_was_typed_wrongly_is_refused_with_what_would_be_right(string arguments, int exit, string why)
    {
        await _lake.WriteAsync(0, Outcome("a", 1, 0));
        var (code, _, error) = await ConsoleRun.RunAsync(["report", "attribution", _lake.Path, .. arguments.Split(' ')]);
        Assert.Equal(exit, code);
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_facts_says_how_to_write_it() => Assert.Contains(
        "has no Parquet file; write it by 'zhice facts export",
        (await ConsoleRun.RunAsync("report", "attribution", _lake.Path, "--outcome", "opened")).Error, StringComparison.Ordinal);

    private static ContactId Contact(string customer, double day) => new(DecisionId.Create(LakeFolder.At(day), 1, customer), 1);

    private static Fact Touch(FactKind kind, string customer, ContactId id, double day, string channel, string action = "deposit")
    {
        var fact = LakeFolder.Create(kind, customer, $"{id}", day);
        (fact.ChannelId, fact.ActionId) = (channel, action);
        return fact;
    }

    private static Fact Outcome(string customer, long fen, double day, int rank = 0, string about = "", string id = "opened")
    {
        var fact = LakeFolder.Create(FactKind.Outcome, customer, $"e{day}-{fen}", day);
        (fact.Reason, fact.AmountFen, fact.Rank, fact.About) = (id, fen, rank, about);
        return fact;
    }

    private static IEnumerable<(string, double, long)> Lines(JsonNode report) => report["lines"]!.AsArray().Select(static line =>
        ((string)line!["keys"]![0]!, Math.Round((double)line["outcomes"]!, 2), (long)line["fen"]!));

    private async Task<JsonNode> JsonAsync(params string[] more)
    {
        var (exit, output, error) = await ConsoleRun.RunAsync(["report", "attribution", _lake.Path, "--outcome", "opened", "--json", .. more]);
        Assert.Equal((ExitCode.Done, ""), (exit, error));
        return JsonNode.Parse(output)!;
    }
}
