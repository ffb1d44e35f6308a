using System.CommandLine;
using Zhice.Cli.Behavior;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice behaviour funnel`: how far customers come.</summary>
internal static class BehaviorFunnelCommand
{
    public static Command Create()
    {
        var steps = new Argument<string[]>("STEP") { Description = "2 to 10 events in their order. Example: login 'transfer[channel_id=app]'", Arity = new(2, Domain.Measurement.Behavior.Funnel.MaxSteps) };
        var window = BehaviorOptions.Window("The time from the first step to the last, 1m to 90d; without it 7d. Example: --window 12h");
        var step = Numbers.Option("--step", "With --save: the step whose customers are saved; without it the last. Example: --step 2", Domain.Measurement.Behavior.Funnel.MaxSteps);
        var last = new Option<bool>("--last") { Description = "With --save: only customers who did not reach the next step. Example: --last" };
        var options = new BehaviorOptions();
        var command = new Command(
            "funnel",
            """
            Counts the customers who did some events one after the other, within a time from the first.

            Other events between them do not matter; a customer counts once. --save saves the customers of a step as an audience.
            Example: zhice behaviour funnel login 'transfer[channel_id=app]' --window 7d --save left --step 1 --last
            """)
        {
            steps, window, step, last,
        };
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        return command.Runs(async session =>
        {
            var run = new BehaviorRun(session, options);
            var query = new FunnelQuery { Steps = { session.Get(steps).Select(BehaviorOptions.ParseMatch) }, Window = BehaviorOptions.ParseWindow(session.Get(window)) };
            var saved = session.Get(step) == 0 ? query.Steps.Count : session.Get(step);
            if (saved > query.Steps.Count)
            {
                throw new UsageException($"--step {saved} is beyond the {query.Steps.Count} steps of the funnel.");
            }

            if (await run.SaveAsync(new() { Funnel = new() { Query = query, Step = saved, Last = session.Get(last) } }))
            {
                return;
            }

            var answer = await run.AskAsync(
                files => files.CountFunnel(query),
                async () => await session.Client.Behavior.GetFunnelAsync(new() { Scope = run.Scope, Query = query }, run.Call));
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            BehaviorTables.Print(session.Terminal, answer);
        });
    }
}
