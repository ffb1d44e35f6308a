using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice models`: the models that rank, and how well they do.</summary>
internal static class ModelsCommands
{
    public static Command Create() => new("models", "Shows, freezes and replaces the models that rank. Example: zhice models list")
    {
        List(), Card(), ModelsHistoryCommand.Create(), ModelsFairnessCommand.Create(), Freeze(), Unfreeze(), Challenge(), Promote(),
    };

    private static Command List() => new Command(
        "list", "Lists the model of each action, how much it learned and how well it predicts. Example: zhice models list").Runs(async session =>
    {
        var answer = await session.Client.Models.ListModelsAsync(new(), cancellationToken: session.Cancellation);
        if (session.Terminal.IsJson)
        {
            session.Terminal.Json(answer);
            return;
        }

        session.Terminal.Table(
            "",
            ["action", "model", "state", Column.Number("learned"), Column.Number("AUC"), Column.Number("log loss"), Column.Number("calibration error")],
            answer.Models.SelectMany(ToRows));
        PrintFeatures(session.Terminal, answer.Features);
    });

    private static Command Card()
    {
        var action = Action();
        return new Command("card", "Prints the model card of an action, in Markdown or JSON. Example: zhice models card term_deposit") { action }.Runs(async session =>
        {
            var answer = await session.Client.Models.GetModelCardAsync(new() { ActionId = session.Get(action) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, ModelCardText.Format(answer.Card));
        });
    }

    private static Command Freeze()
    {
        var action = Action();
        return new Command("freeze", "Lets a model learn no more. Example: zhice models freeze term_deposit") { action }.Runs(async session =>
        {
            var answer = await session.Client.Models.FreezeModelAsync(new() { ActionId = session.Get(action) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, "Frozen.");
        });
    }

    private static Command Unfreeze()
    {
        var action = Action();
        return new Command("unfreeze", "Lets a model learn again. Example: zhice models unfreeze term_deposit") { action }.Runs(async session =>
        {
            var answer = await session.Client.Models.UnfreezeModelAsync(new() { ActionId = session.Get(action) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, "It learns.");
        });
    }

    private static Command Challenge()
    {
        var action = Action();
        var variance = new Option<double>("--prior-variance")
        {
            Description = "How far weights may lie from 0, squared; above 0, at most 10, else 0.1. Example: --prior-variance 0.5", HelpName = "X",
        };
        var drift = new Option<double?>("--drift")
        {
            Description = "How fast the old is forgotten; 0 to 0.01, else 0.0000005. Example: --drift 0.00001", HelpName = "X",
        };
        return new Command("challenge", "Starts a challenger, which learns beside the champion and ranks nothing. Example: zhice models challenge term_deposit --drift 0.00001")
        {
            action, variance, drift,
        }.Runs(async session =>
        {
            var settings = new ModelSettings { PriorVariance = session.Get(variance) };
            if (session.Get(drift) is { } given)
            {
                settings.Drift = given;
            }

            var answer = await session.Client.Models.StartChallengerAsync(
                new() { ActionId = session.Get(action), Settings = settings }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, "A challenger learns. See 'zhice models list'.");
        });
    }

    private static Command Promote()
    {
        var action = Action();
        return new Command("promote", "Puts the challenger in the champion's place. Example: zhice models promote term_deposit") { action }.Runs(async session =>
        {
            var answer = await session.Client.Models.PromoteChallengerAsync(new() { ActionId = session.Get(action) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, "Promoted.");
        });
    }

    private static void PrintFeatures(Terminal terminal, ModelFeatures features)
    {
        terminal.Line($"Models read {NumberText.Count(features.TagCount)} tags, of one customer at most {NumberText.Count(features.MaxTags)}"
            + (features.TagCount > features.MaxTags ? ": the call's context first, then live tags, then written tags." : "."));
        foreach (var reason in features.UnreadTags.GroupBy(static tag => tag.Reason))
        {
            terminal.Line($"Not read, {EnumName.Words(reason.Key)}: {string.Join(", ", reason.Select(static tag => tag.TagId))}");
        }
    }

    private static IEnumerable<string[]> ToRows(Model model)
    {
        yield return Row(model.ActionId, "champion", model.IsFrozen ? "frozen" : "learns", model.Champion);
        if (model.Challenger is { } challenger)
        {
            yield return Row(model.ActionId, "challenger", "shadow", challenger);
        }
    }

    private static string[] Row(string action, string role, string state, ModelScore score) =>
    [
        action, role, state, NumberText.Count(score.Learned),
        Format(score.HasAuc, score.Auc), Format(score.HasLogLoss, score.LogLoss), Format(score.HasCalibrationError, score.CalibrationError),
    ];

    private static string Format(bool isKnown, double measure) => isKnown ? measure.ToString("0.0000", CultureInfo.InvariantCulture) : "-";

    private static Argument<string> Action() => new("ACTION") { Description = "The action's id. Example: term_deposit" };
}
