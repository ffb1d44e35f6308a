using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice stops`: kill switches.</summary>
internal static class StopsCommands
{
    public static Command Create() => new("stops", "Stops all marketing, a channel, an action or a campaign at once, and lets it go on. Example: zhice stops list")
    {
        Set(), Lift(), List(),
    };

    private static Command Set()
    {
        var (kind, target) = (Kind(), Target());
        var comment = new Option<string>("--comment") { Description = "Why. Example: --comment 'wrong rate in the text'", HelpName = "TEXT", Required = true };
        return new Command("set", "Stops it on every silo, also what waits for its channel. Example: zhice stops set channel sms --comment 'provider sends twice'") { kind, target, comment }.Runs(async session =>
        {
            var answer = await session.Client.Stops.SetStopAsync(
                new() { Kind = session.Get(kind), TargetId = session.Get(target), Comment = session.Get(comment) },
                cancellationToken: session.Cancellation);
            var since = answer.IsNew ? "It is stopped" : $"It was stopped before, by {answer.Stop.Actor} at {InstantText.Format(answer.Stop.Time)}: {answer.Stop.Comment}. In force";
            session.Terminal.Done(answer, $"{since} on {Silos(answer.AppliedSilos, answer.AllSilos)}.");
        });
    }

    private static Command Lift()
    {
        var (kind, target) = (Kind(), Target());
        var comment = new Option<string>("--comment") { Description = "Why. Example: --comment 'the text is corrected'", HelpName = "TEXT", DefaultValueFactory = static _ => "" };
        return new Command("lift", "Lets it go on: what waits goes as far as it may still be said. Example: zhice stops lift channel sms") { kind, target, comment }.Runs(async session =>
        {
            // A call that is executed late lifts no stop that was set since.
            var stops = await session.Client.Stops.ListStopsAsync(new(), cancellationToken: session.Cancellation);
            var stop = stops.Stops.FirstOrDefault(each => (each.Kind, each.TargetId) == (session.Get(kind), session.Get(target)));
            var answer = await session.Client.Stops.LiftStopAsync(
                new() { Kind = session.Get(kind), TargetId = session.Get(target), Comment = session.Get(comment), SetTime = stop?.Time },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, answer.WasInForce ? $"It goes on, on {Silos(answer.AppliedSilos, answer.AllSilos)}." : "It was not stopped.");
        });
    }

    private static Command List()
    {
        var log = new Option<bool>("--log") { Description = "Also who set and lifted what. Example: --log" };
        return new Command("list", "Lists what is stopped. Example: zhice stops list --log") { log }.Runs(async session =>
        {
            var answer = await session.Client.Stops.ListStopsAsync(new(), cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            if (answer.Stops.Count == 0)
            {
                session.Terminal.Line("Nothing is stopped.");
            }

            session.Terminal.Table("", ["stopped", "since", "by", "why"], answer.Stops.Select(static stop => ToRow(stop)));
            if (session.Get(log))
            {
                session.Terminal.Table("log", ["change", "stopped", "when", "by", "why"], answer.Log.Select(static entry => (string[])[entry.IsSet ? "set" : "lifted", .. ToRow(entry.Stop)]));
            }
        });
    }

    private static string[] ToRow(Stop stop) =>
        [$"{EnumName.Words(stop.Kind)} {stop.TargetId}".TrimEnd(), InstantText.Format(stop.Time), stop.Actor, stop.Comment];

    private static string Silos(int heeding, int all) => heeding == all ? (all == 1 ? "the silo" : $"all {all} silos") : $"{heeding} of {all} silos; the others follow as soon as they can be reached";

    private static Argument<StopKind> Kind() => new("KIND") { Description = "What is stopped: marketing, channel, action or campaign. Example: channel" };

    private static Argument<string> Target() => new("TARGET")
    {
        Description = "The id of the channel, action or campaign; none for all marketing. Example: sms", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = static _ => "",
    };
}
