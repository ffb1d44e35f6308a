using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice recommend`: what to say to a customer, and with --explain why not the rest.</summary>
internal static class RecommendCommand
{
    public static Command Create()
    {
        var customer = CommonArguments.Customer();
        var placement = new Argument<string>("PLACEMENT") { Description = "Where it would be said, one of the catalogue's placements. Example: app_home" };
        var limit = Numbers.Option("--limit", "How many at the most, 1 to 50; else the placement's default. Example: --limit 5", 50);
        var context = CommonArguments.Assignments("--context", "TAG=VALUE",
            "Facts of this moment: tags that hold for this call only. Example: --context euribor3m=4.857 day_of_week=mon");
        var explain = new Option<bool>("--explain") { Description = "Also shows the verdict on every action. Example: zhice recommend 020235 app_home --explain" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only looks, and shows the verdict on every action: nothing is counted, remembered or logged. Example: zhice recommend 020235 sms_outbound --dry-run" };
        var nonPersonalized = new Option<bool>("--non-personalized") { Description = "Uses nothing of the customer's profile. Example: zhice recommend 020235 app_home --non-personalized" };

        return new Command("recommend", "Says what to say to a customer in a placement. Example: zhice recommend 020235 app_home --limit 5 --explain")
        {
            customer, placement, limit, context, explain, dryRun, nonPersonalized,
        }.Runs(async session =>
        {
            var facts = session.Get(context) ?? [];
            var request = new RecommendRequest
            {
                CustomerId = session.Get(customer),
                PlacementId = session.Get(placement),
                RequestId = CommonArguments.NewRequestId(),
                DryRun = session.Get(dryRun),
                NonPersonalized = session.Get(nonPersonalized),
            };
            if (session.Get(limit) is > 0 and var maxOffers)
            {
                request.Limit = maxOffers;
            }

            var tags = await TagValues.InForceAsync(session, facts.Length > 0);
            foreach (var fact in facts)
            {
                request.Context[fact.Name] = tags.Read(fact);
            }

            var answer = await session.Client.Recommendations.RecommendAsync(request, cancellationToken: session.Cancellation);
            Print(session.Terminal, request, answer);
            if (answer.Explanation is { } explanation)
            {
                DecisionTable.Print(session.Terminal, explanation);
            }
            else if (session.Get(explain))
            {
                var explained = await session.Client.Recommendations.GetDecisionAsync(
                    new() { CustomerId = request.CustomerId, DecisionId = answer.DecisionId }, cancellationToken: session.Cancellation);
                DecisionTable.Print(session.Terminal, explained.Decision);
            }
        });
    }

    private static void Print(Terminal terminal, RecommendRequest request, RecommendResponse answer)
    {
        if (terminal.IsJson)
        {
            terminal.Json(answer);
            return;
        }

        terminal.Line($"decision {answer.DecisionId}");
        if (answer.Recommendations.Count == 0)
        {
            var instead = answer.Fallback is { } fallback ? $" The fallback is shown: {fallback.Title}" : "";
            terminal.Line($"Nothing may be said to '{request.CustomerId}' in '{request.PlacementId}'.{instead}");
        }

        terminal.Table(
            "",
            [
                Column.Number("rank"), "action", "treatment", Column.Number("propensity"), Column.Number("weight"),
                Column.Number("value, yuan"), Column.Number("lever"), Column.Number("score, yuan"), "title",
            ],
            answer.Recommendations.Select(r => new[]
            {
                NumberText.Count(r.Rank), r.ActionId, r.TreatmentId, NumberText.Probability(r.Propensity), $"{r.ContextWeight:0.###}",
                NumberText.Yuan(r.ValueFen), $"{r.Lever:0.###}", NumberText.Yuan(r.Score), r.Content?.Title ?? "",
            }));
    }
}
