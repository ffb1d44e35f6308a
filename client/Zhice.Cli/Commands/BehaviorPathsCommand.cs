using System.CommandLine;
using Zhice.Cli.Behavior;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.Behavior;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice behaviour paths`: what customers do before or after an event.</summary>
internal static class BehaviorPathsCommand
{
    private const int MaxPaths = 1_000;
    private const int UsualPaths = 20;

    public static Command Create()
    {
        var around = new Argument<string>("EVENT") { Description = "The event; of a customer, the first one. Example: transfer" };
        var before = new Option<bool>("--before") { Description = "Looks at what was done before it; without it after it. Example: --before" };
        var steps = Numbers.Option("--steps", "The length of a path in events. Example: --steps 2", EventPaths.MaxSteps, 3);
        var window = BehaviorOptions.Window("How far from the event a path goes, 1m to 90d; without it 1d. Example: --window 12h");
        var among = new Option<string[]>("--among") { Description = "The types of event that paths are made of; without it all. Example: --among login transfer", HelpName = "TYPE", AllowMultipleArgumentsPerToken = true };
        var property = new Option<string>("--property") { Description = "Tells events of one type apart by a property, or by channel_id. Example: --property channel_id", HelpName = "NAME", DefaultValueFactory = static _ => "" };
        var limit = Numbers.Option("--limit", "How many paths. Example: --limit 50", MaxPaths, UsualPaths);
        var begin = new Option<string[]>("--begin") { Description = "With --save: how the paths begin whose customers are saved. Example: --begin login", HelpName = "EVENT", AllowMultipleArgumentsPerToken = true };
        var options = new BehaviorOptions();
        var command = new Command("paths", "Counts what customers did before or after an event; --save saves those whose path begins in a way. Example: zhice behaviour paths transfer --before --steps 2")
        {
            around, before, steps, window, among, property, limit, begin,
        };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        return command.Runs(async session =>
        {
            var run = new BehaviorRun(session, options);
            var query = new PathsQuery
            {
                Around = BehaviorOptions.ParseMatch(session.Get(around)), Before = session.Get(before), Steps = session.Get(steps),
                Window = BehaviorOptions.ParseWindow(session.Get(window)), EventTypeIds = { session.Get(among) ?? [] }, Property = session.Get(property)!,
            };
            if (await run.SaveAsync(new() { Paths = new() { Query = query, Begin = { session.Get(begin) ?? [] } } }))
            {
                return;
            }

            var answer = await run.AskAsync(
                files => files.CountPaths(query, session.Get(limit)),
                async () => await session.Client.Behavior.GetPathsAsync(new() { Scope = run.Scope, Query = query, Limit = session.Get(limit) }, run.Call));
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            BehaviorTables.Print(session.Terminal, answer, query);
        });
    }
}
