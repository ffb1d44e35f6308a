using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report challenger`: what the challenger of a model would have been worth, by the decisions that were logged.</summary>
internal static class ReportChallengerCommand
{
    public static Command Create()
    {
        var action = new Argument<string>("ACTION") { Description = "The action whose model has a challenger. Example: term_deposit" };
        var scope = new LoggedDecisions();
        return new Command(
            "challenger",
            """
            Judges the challenger of a model by the decisions that were logged: IPS, SNIPS and doubly robust, of the first rank of a placement.

            The model that ranks now is judged in the same way; compare the two. Refuses where the log does not tell.
            Example: zhice report challenger term_deposit --placement app_home
            """)
        {
            action, scope.Placement, scope.Outcome, scope.From, scope.To, scope.Rounds,
        }.Runs(async session =>
        {
            var request = new EvaluateChallengerRequest
            {
                ActionId = session.Get(action), PlacementId = session.Get(scope.Placement), OutcomeId = session.Get(scope.Outcome) ?? "",
                FromDate = session.Get(scope.From) ?? "", ToDate = session.Get(scope.To) ?? "", MinEffectiveRounds = session.Get(scope.Rounds),
            };
            var answer = await session.Client.Simulations.EvaluateChallengerAsync(request, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            Print(session.Terminal, answer);
        });
    }

    private static void Print(Terminal terminal, EvaluateChallengerResponse answer)
    {
        LoggedDecisions.Print(terminal, (answer.Decisions, answer.Unusable, answer.Forgotten), answer.IsCut);
        terminal.Line($"The challenger has learned {NumberText.Count(answer.ChallengerLessons)} lessons. Both models may have learned from these decisions.");
        (string Policy, string By, PolicyEstimate? Value)[] rows =
        [
            ("the log's own", "", answer.Own),
            ("model that ranks", "IPS", answer.Champion.Ips), ("model that ranks", "SNIPS", answer.Champion.Snips),
            ("model that ranks", "doubly robust", answer.Champion.DoublyRobust),
            ("challenger", "IPS", answer.Challenger.Ips), ("challenger", "SNIPS", answer.Challenger.Snips),
            ("challenger", "doubly robust", answer.Challenger.DoublyRobust),
        ];
        terminal.Table(
            "worth of a decision",
            ["policy", "judged by", Column.Number("value"), Column.Number("95 % from"), Column.Number("to")],
            rows.Where(static row => row.Value is not null).Select(static row => new[]
            {
                row.Policy, row.By, PrintedLift.Six(row.Value!.Value), PrintedLift.Six(row.Value.Low), PrintedLift.Six(row.Value.High),
            }));
        Explain(terminal, "the model that ranks", answer.Champion);
        Explain(terminal, "the challenger", answer.Challenger);
    }

    private static void Explain(Terminal terminal, string policy, PolicyJudgement judged)
    {
        if (judged.Refusal.Length > 0)
        {
            terminal.Warning($"The log does not tell what {policy} is worth. {judged.Refusal}");
            return;
        }

        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"The log is worth {judged.EffectiveRounds:N0} decisions of {policy}; {judged.Unsupported:0.00 %} of its choices are not in it."));
    }
}
