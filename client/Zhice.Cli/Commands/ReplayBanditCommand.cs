using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Replay.Bandit;
using Zhice.Cli.Running;
using Zhice.Cli.Values;

namespace Zhice.Cli.Commands;

/// <summary>`zhice replay-bandit`: judges the learner by logs of what others chose, with no server.</summary>
internal static class ReplayBanditCommand
{
    public static Command Create()
    {
        var log = File("--log", "The log of uniform random choices. Example: --log random-men.csv.gz");
        log.Required = true;
        var items = File("--items", "The items that could be shown, one a line after a header. Example: --items item_context-men.csv");
        items.Required = true;
        var other = File("--other", "A log of another policy over the same items. Example: --other bts-men.csv.gz");
        var seed = Numbers.Option("--seed", "Where the draws begin. Example: --seed 7", int.MaxValue, 7);
        return new Command(
            "replay-bandit",
            "Judges what the learner would have shown by logs of the Open Bandit Dataset. Example: zhice replay-bandit --log random-men.csv.gz --items item_context-men.csv")
        {
            log, items, other, seed,
        }.Runs(session =>
        {
            var random = BanditLog.Read(session.Get(log)!);
            var others = session.Get(other) is { } path ? BanditLog.Read(path) : null;
            var count = BanditLog.CountItems(session.Get(items)!);
            if (random.Concat(others ?? []).FirstOrDefault(round => round.Item >= count) is { Features: not null } stranger)
            {
                throw new FailureException($"The logs show item {stranger.Item}, and the items file has {count}, from 0.");
            }

            Print(session.Terminal, new BanditRun(count, session.Get(seed)).Run(random, others));
            return Task.CompletedTask;
        });
    }

    private static void Print(Terminal terminal, IReadOnlyList<JudgedPolicy> judged)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                policies = judged.Select(each => new
                {
                    policy = each.Policy, method = each.Method, value = Finite(each.Value.Value), low = Finite(each.Value.Low), high = Finite(each.Value.High), rounds = each.Value.Rounds,
                }),
            }));
            return;
        }

        terminal.Table(
            "",
            ["policy", "judged by", Column.Number("clicks a round"), Column.Number("95 % from"), Column.Number("to"), Column.Number("rounds that count")],
            judged.Select(each => new[]
            {
                each.Policy, each.Method, Share(each.Value.Value), Share(each.Value.Low), Share(each.Value.High), NumberText.Count((long)each.Value.Rounds),
            }));
        var uniform = judged[0].Value;
        var apart = judged.Skip(1).Where(each => !each.Value.Overlaps(uniform)).Select(each => $"{each.Policy} ({each.Method})").ToArray();
        terminal.Line(apart.Length == 0
            ? "No interval is apart from that of uniform random: these logs hold too few clicks to call any policy better or worse."
            : $"Apart from uniform random, so shown to be better or worse: {string.Join(", ", apart)}. Of the others nothing can be concluded.");
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Share(double value) => double.IsFinite(value) ? value.ToString("0.000 %", CultureInfo.InvariantCulture) : "unknown";

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
