using System.CommandLine;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.OffPolicy;

namespace Zhice.Cli.Commands;

/// <summary>`zhice report off-policy`: what a policy would have been worth, by the log of another one, with no server.</summary>
internal static class ReportOffPolicyCommand
{
    public static Command Create()
    {
        var file = Required("--file", "FILE", "A row for each decision at a rank: CSV with a header, plain or gzip, or Parquet. Example: --file log.csv");
        var reward = Required("--reward", "COLUMN", "What came of what was shown: 1 for an acceptance, or an amount. Example: --reward accepted");
        var logged = Required(
            "--logged", "COLUMN", "The probability with which it was shown at its rank, above 0: shown_probability of a logged decision. Example: --logged shown_probability");
        var target = Required("--target", "COLUMN", "The probability with which the judged policy would have shown it there. Example: --target challenger");
        var unsupported = Any("--unsupported", "The probability with which the judged policy would have shown what the log never shows. Example: --unsupported new_actions");
        var shown = Any("--predicted-shown", "A model's prediction for the reward of what was shown; with --predicted-target. Example: --predicted-shown q_shown");
        var predicted = Any("--predicted-target", "Its mean prediction for what the judged policy would show; makes intervals narrower. Example: --predicted-target q_target");
        var rounds = Numbers.Option(
            "--min-rounds", "How many rounds of the judged policy the log must be worth. Example: --min-rounds 500", 1_000_000_000,
            (int)SupportRules.Default.MinEffectiveRounds);
        return new Command(
            "off-policy",
            """
            Judges a policy by the log of another one: replay, IPS, SNIPS and doubly robust; no server is called.

            Refuses where the log does not tell: too many choices that it never shows, or too few rounds that count.
            Example: zhice report off-policy --file log.csv --reward accepted --logged shown_probability --target challenger
            """)
        {
            file, reward, logged, target, unsupported, shown, predicted, rounds,
        }.Runs(session =>
        {
            if (session.Get(shown) is null != session.Get(predicted) is null)
            {
                throw new UsageException("--predicted-shown and --predicted-target go together: give both, or none.");
            }

            var columns = new OffPolicyColumns(
                session.Get(reward)!, session.Get(logged)!, session.Get(target)!, session.Get(unsupported), session.Get(shown),
                session.Get(predicted));
            OffPolicyReport.Judge(
                OffPolicyFile.Read(session.Get(file)!, columns, session.Cancellation),
                new() { MinEffectiveRounds = session.Get(rounds) }, hasPredictions: columns.PredictedShown is not null)
                .Print(session.Terminal);
            return Task.CompletedTask;
        });
    }

    private static Option<string> Required(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, Required = true };

    private static Option<string?> Any(string name, string description) => new(name) { Description = description, HelpName = "COLUMN" };
}
