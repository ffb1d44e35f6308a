using System.CommandLine;
using Zhice.Cli.Behavior;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice behaviour counts`: how often events happened.</summary>
internal static class BehaviorCountsCommand
{
    public static Command Create()
    {
        var events = new Argument<string[]>("EVENT") { Description = "The events; none: all. A type, or a type with the value of a property. Example: login 'transfer[channel_id=app]'", Arity = ArgumentArity.ZeroOrMore };
        var property = new Option<string>("--property") { Description = "Divides by the values of a recorded property, or by channel_id. Example: --property channel_id", HelpName = "NAME", DefaultValueFactory = static _ => "" };
        var byDay = new Option<bool>("--by-day") { Description = "Divides by day too. Example: --by-day" };
        var options = new BehaviorOptions();
        var command = new Command("counts", "Counts events and their customers; --save saves the customers. Example: zhice behaviour counts login --property channel_id --by-day") { events, property, byDay };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        return command.Runs(async session =>
        {
            var run = new BehaviorRun(session, options);
            var query = new EventCountsQuery { Events = { session.Get(events).Select(BehaviorOptions.ParseMatch) }, Property = session.Get(property)!, ByDay = session.Get(byDay) };
            if (await run.SaveAsync(new() { Events = query }))
            {
                return;
            }

            var answer = await run.AskAsync(
                files => files.Count(query),
                async () => await session.Client.Behavior.CountEventsAsync(new() { Scope = run.Scope, Query = query }, run.Call));
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            BehaviorTables.Print(session.Terminal, answer, query);
        });
    }
}
