using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice campaigns why` and `zhice campaigns customers`: what became of each customer in a run, and why.</summary>
internal static class CampaignEvaluationCommands
{
    private const int DefaultCustomers = 1_000;

    public static Command Why()
    {
        var (id, run) = (Id(), Run());
        var customer = new Argument<string>("CUSTOMER") { Description = "The customer's id. Example: 020235" };
        return new Command("why", "Says what became of a customer in a campaign, and why. Example: zhice campaigns why summer 020235") { id, customer, run }.Runs(async session =>
        {
            var (campaign, who) = (session.Get(id), session.Get(customer));
            var answer = await session.Client.Campaigns.GetCampaignEvaluationAsync(
                new() { CampaignId = campaign, CustomerId = who, Run = session.Get(run) }, cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, answer switch
            {
                { Run: 0 } => $"{campaign} has had no run.",
                { Evaluation: null } => $"{who} has had no turn in run {answer.Run}: not in its audience when it came to ask, or not asked yet.",
                { Evaluation: var evaluation } => $"{who}, run {answer.Run}, {InstantText.Format(evaluation.Time)}: {EnumName.Words(evaluation.Outcome)}. {Reason(evaluation)}",
            });
        });
    }

    public static Command Customers()
    {
        var (id, run) = (Id(), Run());
        var outcome = new Option<string>("--outcome") { Description = "Only those with this outcome: contacted, holdout, blocked, failed or too_old. Example: --outcome holdout", HelpName = "OUTCOME", DefaultValueFactory = static _ => "" };
        var reason = new Option<string>("--blocked-by") { Description = "Only those blocked for this reason. Example: --blocked-by cap_reached", HelpName = "REASON", DefaultValueFactory = static _ => "" };
        var rule = new Option<string>("--rule") { Description = "Only those blocked by this rule, cap or channel. Example: --rule two_a_week", HelpName = "ID", DefaultValueFactory = static _ => "" };
        var limit = new Option<int>("--limit") { Description = "How many at the most. Example: --limit 100", HelpName = "N", DefaultValueFactory = static _ => DefaultCustomers };
        Names<EvaluationOutcome>(outcome);
        Names<ReasonCode>(reason);
        return new Command("customers", "Lists the customers of a run with what became of each. Example: zhice campaigns customers summer --blocked-by cap_reached")
        {
            id, run, outcome, reason, rule, limit,
        }.Runs(async session =>
        {
            var found = await Paging.TakeAsync<CampaignEvaluation>(session.Get(limit), async (size, token) =>
            {
                var page = await session.Client.Campaigns.ListCampaignEvaluationsAsync(
                    new()
                    {
                        CampaignId = session.Get(id), Run = session.Get(run), Outcome = ParseEnum<EvaluationOutcome>(session.Get(outcome)), Reason = ParseEnum<ReasonCode>(session.Get(reason)),
                        RuleId = session.Get(rule), PageSize = size, PageToken = token,
                    },
                    cancellationToken: session.Cancellation);
                return (page.Evaluations, page.NextPageToken);
            });
            session.Terminal.List(
                found,
                ["customer", "outcome", "where, or why", "when"],
                static each => new[] { each.CustomerId, EnumName.Words(each.Outcome), Reason(each), InstantText.Format(each.Time) });
        });
    }

    private static string Reason(CampaignEvaluation evaluation) =>
        evaluation.Reason is { } reason ? reason.Message : evaluation.PlacementId + (evaluation.ArmId.Length == 0 ? "" : $" / {evaluation.ArmId}");

    private static void Names<T>(Option<string> option) where T : struct, Enum => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string>() is { Length: > 0 } text && ParseEnum<T>(text) is var value && EqualityComparer<T>.Default.Equals(value, default))
        {
            var names = Enum.GetValues<T>().Skip(1).Select(static each => EnumName.Words(each).Replace(' ', '_'));
            result.AddError($"{option.Name} is one of {string.Join(", ", names)}, not '{text}'.");
        }
    });

    private static T ParseEnum<T>(string? text) where T : struct, Enum =>
        Enum.TryParse<T>(text?.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : default;

    private static Argument<string> Id() => new("CAMPAIGN") { Description = "The campaign's id. Example: summer" };

    private static Option<long> Run() => new("--run") { Description = "Which run; without it, the last. Example: --run 3", HelpName = "N" };
}
