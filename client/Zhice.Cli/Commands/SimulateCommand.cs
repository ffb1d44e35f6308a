using System.CommandLine;
using System.Globalization;
using Zhice.Catalogs.Yaml;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice simulate`: who would get what, if the catalogue were that of a folder.</summary>
internal static class SimulateCommand
{
    private const int ShownChecks = 3;

    public static Command Create()
    {
        var folder = new Argument<string?>("FOLDER")
        {
            Description = "The folder with the draft, as `zhice catalog get --out` writes it; without it the catalogue in force is counted. Example: ./catalog",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var audience = new Option<string?>("--audience") { Description = "Only customers for whom this condition holds. Example: --audience 'tags.age >= 60'", HelpName = "CONDITION" };
        var sample = new Option<double>("--sample") { Description = "Which part of them, 0.0001 to 1; all if not given. Example: --sample 0.1" };
        var placements = new Option<string[]>("--placement") { Description = "The placements; all if not given. Example: --placement app_home branch_desk", AllowMultipleArgumentsPerToken = true };
        var limit = Numbers.Option("--limit", "How many at the most, 1 to 50; else each placement's default. Example: --limit 5", 50);

        return new Command("simulate", "Tries a draft on the live customers without touching them. Example: zhice simulate ./catalog --audience 'tags.age >= 60' --sample 0.1")
        {
            folder, audience, sample, placements, limit,
        }.Runs(async session =>
        {
            var request = new SimulateRequest
            {
                Draft = session.Get(folder) is { } draft ? CatalogFiles.Read(draft) : null,
                Audience = session.Get(audience) ?? "",
                Sample = session.Get(sample),
                Limit = session.Get(limit),
                PlacementIds = { session.Get(placements) ?? [] },
            };
            var result = await RunningSimulation.RunAsync(session, request);
            Print(session.Terminal, result);
        });
    }

    private static void Print(Terminal terminal, SimulationResult result)
    {
        if (terminal.IsJson)
        {
            terminal.Json(result);
            return;
        }

        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Matched:N0} of {result.Customers:N0} customers, beside catalogue version {result.CatalogVersion}, in {result.Seconds:0.0} s. Nothing was changed."));
        foreach (var placement in result.Placements)
        {
            var share = result.Matched == 0 ? 0 : 100.0 * placement.Changed / result.Matched;
            terminal.Line();
            terminal.Table(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{placement.PlacementId}: {placement.Changed:N0} answers change ({share:0.0} %); empty {Change(placement.Empty)}; worth {NumberText.Yuan(placement.Score.Now)} -> {NumberText.Yuan(placement.Score.Draft)} yuan by the models"),
                ["action", Column.Number("offered"), Column.Number("first"), "kept back by"],
                placement.Actions.Select(action => new[]
                {
                    action.ActionId, Change(action.Offered), Change(action.First),
                    string.Join("; ", action.Blocked.Take(ShownChecks).Select(check => $"{EnumName.Words(check.Code)} {check.RuleId} {Change(check.Customers)}".Replace("  ", " ", StringComparison.Ordinal))),
                }));
            terminal.Table(
                "first place moves",
                ["from", "to", Column.Number("customers"), "such as"],
                placement.Moves.Take(10).Select(move => new[] { OrNothing(move.FromActionId), OrNothing(move.ToActionId), NumberText.Count(move.Customers), string.Join(' ', move.ExampleCustomerIds) }));
        }
    }

    private static string OrNothing(string action) => action.Length == 0 ? "(nothing)" : action;

    private static string Change(OutcomeCount count) =>
        count.Now == count.Draft ? NumberText.Count(count.Now) : $"{NumberText.Count(count.Now)} -> {NumberText.Count(count.Draft)}";
}
