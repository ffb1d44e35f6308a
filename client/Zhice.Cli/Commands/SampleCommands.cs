using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Client;
using Zhice.SampleTraffic;

namespace Zhice.Cli.Commands;

/// <summary>`zhice sample`: makes the sample bank a bank with traffic.</summary>
internal static class SampleCommands
{
    private const int MaxCustomers = 20_000;
    private const int DefaultCustomers = 1_500;

    public static Command Create() => new("sample", "Plays with the sample bank. Example: zhice sample play")
    {
        Play(),
    };

    private static Command Play()
    {
        var customers = Numbers.Option(
            "--customers", "How many customers come by. Example: --customers 5000", MaxCustomers, otherwise: DefaultCustomers);
        var seed = Numbers.Option("--seed", "Chooses the customers and what they do. Example: --seed 7", int.MaxValue, otherwise: 1);
        return new Command(
            "play",
            """
            Plays a day of traffic on the sample bank: visits, recommendations and answers, loans, words of consent, hand-offs, two
            campaigns with arms and a holdout, and gateways that fail now and then. Each call plays a further day. Only for the sample bank on
            a host in development, as a campaign needs two persons. Example: zhice sample play
            """)
        {
            customers, seed,
        }.Runs(async session =>
        {
            using var approver = session.OpenAs(SampleDay.Approver);
            using var operations = session.OpenAs(SampleDay.Operator);
            var day = new SampleDay(operations, approver, session.Get(customers), session.Get(seed));
            await CheckAsync(operations, session.Cancellation);
            var tally = await session.Terminal.WithProgressAsync("a day of the sample bank", "steps", day.Steps, advance =>
                new SamplePlay(day, SamplePace.Full, advance, session.Terminal.Note).RunAsync(session.Cancellation));
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(ObjectJson.Serialize(tally));
                return;
            }

            session.Terminal.Line(
                $"Played: {NumberText.Customers(tally.Customers)}, {NumberText.Count(tally.Events)} events, "
                + $"{NumberText.Count(tally.Decisions)} decisions, {NumberText.Count(tally.Answers)} answers, "
                + $"{NumberText.Count(tally.Contacts)} contacts at their channels, of which {NumberText.Count(tally.Failures)} failed.");
            session.Terminal.Line("What came of it: open the console, or ask 'zhice report funnel --by channel'.");
        });
    }

    private static async Task CheckAsync(ZhiceClient client, CancellationToken cancellation)
    {
        try
        {
            await SampleCatalog.CheckAsync(client, cancellation);
        }
        catch (SampleRefusedException refused)
        {
            throw new FailureException(refused.Message);
        }
    }
}
