using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice journeys`: how customers fare in them, where one is, and an operator's hand.</summary>
internal static class JourneysCommands
{
    public static Command Create() => new("journeys", "Looks into journeys, and moves customers in them. Example: zhice journeys report loan_platform")
    {
        List(), Report(), ShowCustomer(), Change("move", JourneyChangeKind.Move), Change("exit", JourneyChangeKind.Exit), Change("restart", JourneyChangeKind.Restart),
        Changes(), JourneySimulateCommand.Create(),
    };

    private static Command List() => new Command("list", "Lists the journeys of the catalogue in force. Example: zhice journeys list").Runs(async session =>
    {
        var answer = await session.Client.Journeys.ListJourneysAsync(new(), cancellationToken: session.Cancellation);
        session.Terminal.List(
            answer.Journeys,
            ["journey", Column.Number("version"), "entered by", "stages"],
            static journey => new[]
            {
                journey.JourneyId, NumberText.Count(journey.Version), string.Join(' ', journey.Entry.EventTypeIds),
                string.Join(' ', journey.Stages.Select(static stage => stage.StageId)),
            });
    });

    private static Command Report()
    {
        var journey = Journey();
        return new Command("report", "Shows how many came to each stage, are there now, and went on by which way. Example: zhice journeys report loan_platform") { journey }.Runs(async session =>
        {
            var answer = await session.Client.Journeys.GetJourneyReportAsync(new() { JourneyId = session.Get(journey) }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            foreach (var version in answer.Versions)
            {
                JourneyTable.Print(session.Terminal, version);
            }

            session.Terminal.Line(answer.OverdueTimers == 0
                ? "No timer is overdue."
                : $"{NumberText.Count(answer.OverdueTimers)} timers of all journeys are due for more than a minute: customers are stuck.");
        });
    }

    private static Command ShowCustomer()
    {
        var customer = CommonArguments.Customer();
        return new Command("of", "Shows where a customer is, and the last moves with times and reasons. Example: zhice journeys of 020235") { customer }.Runs(async session =>
        {
            var answer = await session.Client.Journeys.GetCustomerJourneysAsync(new() { CustomerId = session.Get(customer) }, cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            session.Terminal.Table(
                "",
                ["journey", Column.Number("version"), "stage", "since", "next instant", "arm", Column.Number("entries")],
                answer.Places.Select(static place => new[]
                {
                    place.JourneyId, NumberText.Count(place.Version), place.StageId, InstantText.Format(place.SinceTime),
                    place.DueTime is null ? "" : InstantText.Format(place.DueTime), place.ArmId, NumberText.Count(place.Entries),
                }));
            session.Terminal.Table(
                "last moves",
                ["when", "journey", "from", "to", "by"],
                answer.Moves.Select(static move => new[]
                {
                    InstantText.Format(move.MoveTime), move.JourneyId, JourneyTable.Stage(move.FromStageId), JourneyTable.Stage(move.ToStageId), JourneyTable.Cause(move.Cause, move.EventTypeId),
                }));
        });
    }

    private static Command Changes()
    {
        var journey = Journey();
        return new Command("changes", "Shows what operators changed in a journey: when, who, whom, why. Example: zhice journeys changes loan_platform") { journey }.Runs(async session =>
        {
            var answer = await session.Client.Journeys.ListJourneyChangesAsync(new() { JourneyId = session.Get(journey) }, cancellationToken: session.Cancellation);
            session.Terminal.List(
                answer.Changes,
                ["when", "who", "what", "whom", Column.Number("changed"), Column.Number("not there"), "ended", "why", "request id"],
                static change => new[]
                {
                    InstantText.Format(change.ChangeTime), change.Actor, change.Kind.ToString().ToLowerInvariant() + (change.ToStageId.Length == 0 ? "" : $" to {change.ToStageId}"),
                    change.CustomerId.Length > 0 ? change.CustomerId : change.Audience, NumberText.Count(change.Changed), NumberText.Count(change.PassedOver),
                    change.Finished ? "yes" : "no", change.Comment, change.RequestId,
                });
        });
    }

    private static Command Change(string name, JourneyChangeKind kind)
    {
        var journey = Journey();
        var customer = new Option<string?>("--customer") { Description = "One customer. Example: --customer 020235", HelpName = "CUSTOMER" };
        var audience = new Option<string?>("--audience") { Description = "All customers for whom this condition holds. Example: --audience 'tags.age >= 60'", HelpName = "CONDITION" };
        var stage = new Option<string>("--to") { Description = "The stage. Example: --to applying", HelpName = "STAGE", Required = kind == JourneyChangeKind.Move };
        var comment = new Option<string?>("--comment") { Description = "Why; it is kept. Example: --comment \"wrong branch\"", HelpName = "TEXT" };
        var request = new Option<string?>("--request-id") { Description = "After a break: the id that the command printed, so that each customer is changed once. Example: --request-id 4f2a", HelpName = "ID" };
        var command = new Command(name, Describe(kind)) { journey, customer, audience, comment, request };
        if (kind == JourneyChangeKind.Move)
        {
            command.Add(stage);
        }

        return command.Runs(async session =>
        {
            var (one, many) = (session.Get(customer), session.Get(audience));
            if (one is null == many is null)
            {
                throw new FailureException("Give either --customer or --audience.");
            }

            var id = session.Get(request) ?? CommonArguments.NewRequestId();
            var to = kind == JourneyChangeKind.Move ? session.Get(stage)! : "";
            if (one is not null)
            {
                var answer = await session.Client.Journeys.ChangeCustomerJourneyAsync(
                    new()
                    {
                        CustomerId = one, JourneyId = session.Get(journey), Kind = kind, ToStageId = to, Comment = session.Get(comment) ?? "", RequestId = id,
                    },
                    cancellationToken: session.Cancellation);
                session.Terminal.Done(answer, "Done.");
                return;
            }

            session.Terminal.Line($"After a break, repeat with --request-id {id}.");
            using var call = session.Client.Journeys.ChangeAudienceJourney(
                new()
                {
                    Audience = new() { Expression = many }, JourneyId = session.Get(journey), Kind = kind, ToStageId = to,
                    Comment = session.Get(comment) ?? "", RequestId = id,
                },
                cancellationToken: session.Cancellation);
            var last = new ChangeAudienceJourneyResponse();
            await foreach (var news in call.ResponseStream.ReadAllAsync(session.Cancellation))
            {
                last = news;
            }

            session.Terminal.Done(last, string.Create(CultureInfo.InvariantCulture, $"{NumberText.Customers(last.Changed)} {(last.Changed == 1 ? "was" : "were")} changed, {last.PassedOver:N0} were not there."));
        });
    }

    private static string Describe(JourneyChangeKind kind) => kind switch
    {
        JourneyChangeKind.Move => "Moves customers to a stage, where what is to be done there is done. Example: zhice journeys move loan_platform --to applying --customer 020235",
        JourneyChangeKind.Exit => "Takes customers out of a journey. Example: zhice journeys exit loan_platform --audience 'tags.suspected_fraud'",
        _ => "Lets customers begin a journey again, or at all. Example: zhice journeys restart loan_platform --customer 020235",
    };

    private static Argument<string> Journey() => new("JOURNEY") { Description = "The journey. Example: loan_platform" };
}
