using System.Globalization;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.Domain.Measurement.OffPolicy;

namespace Zhice.Cli.Reports;

/// <summary>What a policy would have been worth by the log of another one, by each method that the log allows.</summary>
/// <param name="Rounds">The decisions of the log.</param>
/// <param name="EffectiveRounds">As many of the judged policy as they are worth.</param>
/// <param name="Unsupported">The part of the judged policy's choices that the log cannot tell about.</param>
/// <param name="Methods">The values, the log's own policy first.</param>
internal sealed record OffPolicyReport(
    int Rounds, double EffectiveRounds, double Unsupported, IReadOnlyList<(string Method, PolicyValue Value)> Methods)
{
    /// <summary>Judges the policy.</summary>
    /// <param name="rounds">The log.</param>
    /// <param name="rules">How much support there must be.</param>
    /// <param name="hasPredictions">Whether a model predicted rewards; without, the doubly robust value is that of IPS.</param>
    /// <exception cref="FailureException">The log does not support the policy; the message says why.</exception>
    public static OffPolicyReport Judge(ReadOnlySpan<JudgedRound> rounds, SupportRules rules, bool hasPredictions)
    {
        var judged = OffPolicyEvaluation.Judge(rounds, rules);
        if (judged.Value is not { } value)
        {
            throw new FailureException($"The log does not tell what the policy is worth. {judged.Refusal}");
        }

        var methods = new List<(string, PolicyValue)> { ("the log's own policy", GetOwn(rounds)) };
        if (IsReplayable(rounds))
        {
            methods.Add(("replay", PolicyEvaluation.Replay(GetLogged(rounds))));
        }

        methods.Add(("IPS", value.Ips));
        methods.Add(("SNIPS", value.Snips));
        if (hasPredictions)
        {
            methods.Add(("doubly robust", value.DoublyRobust));
        }

        return new(rounds.Length, value.EffectiveRounds, value.Unsupported, methods);
    }

    public void Print(Terminal terminal)
    {
        if (terminal.IsJson)
        {
            terminal.Json(ObjectJson.Serialize(new
            {
                rounds = Rounds,
                effectiveRounds = EffectiveRounds,
                unsupported = Unsupported,
                methods = Methods.Select(static each => new
                {
                    method = each.Method, value = each.Value.Value, low = each.Value.Low, high = each.Value.High, rounds = each.Value.Rounds,
                }),
            }));
            return;
        }

        terminal.Table(
            "reward of a decision",
            ["judged by", Column.Number("value"), Column.Number("95 % from"), Column.Number("to"), Column.Number("rounds that count")],
            Methods.Select(static each => new[]
            {
                each.Method, PrintedLift.Six(each.Value.Value), PrintedLift.Six(each.Value.Low), PrintedLift.Six(each.Value.High),
                NumberText.Count((long)each.Value.Rounds),
            }));
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Rounds:N0} decisions are worth {EffectiveRounds:N0} of the judged policy; {Unsupported:0.00 %} of its choices are not in the log."));
        var (own, snips) = (Methods[0].Value, Methods.First(static each => each.Method == "SNIPS").Value);
        terminal.Line(own.Overlaps(snips)
            ? "The intervals overlap: neither policy is shown to be the better one."
            : snips.Value > own.Value
                ? "The judged policy is shown to be better than the log's."
                : "The judged policy is shown to be worse than the log's.");
    }

    // Of a log that showed each with the same probability, rounds in which both chose alike are a fair sample.
    private static bool IsReplayable(ReadOnlySpan<JudgedRound> rounds)
    {
        foreach (ref readonly var round in rounds)
        {
            if (round.Reward is not (0 or 1) || round.Target is not (0 or 1) || round.Logged != rounds[0].Logged)
            {
                return false;
            }
        }

        return true;
    }

    private static PolicyValue GetOwn(ReadOnlySpan<JudgedRound> rounds)
    {
        var logged = GetLogged(rounds);
        for (var i = 0; i < logged.Length; i++)
        {
            logged[i] = logged[i] with { Target = logged[i].Logged };
        }

        return PolicyEvaluation.Ips(logged);
    }

    private static LoggedRound[] GetLogged(ReadOnlySpan<JudgedRound> rounds)
    {
        var logged = new LoggedRound[rounds.Length];
        for (var i = 0; i < rounds.Length; i++)
        {
            logged[i] = rounds[i].Round;
        }

        return logged;
    }
}
