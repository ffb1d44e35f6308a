using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice events`: what customers did.</summary>
internal static class EventsCommands
{
    private static readonly Dictionary<string, FeedbackType> Answers = new(StringComparer.Ordinal)
    {
        ["impression"] = FeedbackType.Impression,
        ["click"] = FeedbackType.Click,
        ["acceptance"] = FeedbackType.Acceptance,
        ["dismissal"] = FeedbackType.Dismissal,
    };

    public static Command Create() => new("events", "Records what customers did. Example: zhice events send 020235 page_view --property page=loans")
    {
        Send(), Feedback(), EventsStreamCommand.Create(),
    };

    private static Command Send()
    {
        var customer = CommonArguments.Customer();
        var type = new Argument<string>("TYPE") { Description = "The kind of event, one of the catalogue's. Example: page_view" };
        var properties = CommonArguments.Assignments("--property", "NAME=VALUE",
            "Properties. true or false, whole numbers, decimals and RFC 3339 times are read as such, all else and \"quoted\" as text. Example: --property page=loans amount=12.50");
        var id = Id("else a new one");
        var channel = CommonArguments.Channel();
        var time = CommonArguments.Time("--time", "When it happened; else now.");
        return new Command("send", "Records one event. Example: zhice events send 020235 page_view --property page=loans --channel mobile_app")
        {
            customer, type, properties, id, channel, time,
        }.Runs(session =>
        {
            var sent = new Event
            {
                EventId = session.Get(id) ?? CommonArguments.NewRequestId(),
                CustomerId = session.Get(customer),
                EventTypeId = session.Get(type),
                ChannelId = session.Get(channel) ?? "",
                EventTime = session.Get(time),
            };
            foreach (var property in session.Get(properties) ?? [])
            {
                sent.Properties[property.Name] = ValueText.Infer(property.Text);
            }

            return RecordAsync(session, sent);
        });
    }

    private static Command Feedback()
    {
        var customer = CommonArguments.Customer();
        var decision = new Argument<string>("DECISION") { Description = "The decision that is answered, from recommend. Example: d0199c3f…" };
        var action = new Argument<string>("ACTION") { Description = "The action that is answered, one of those recommended. Example: term_deposit" };
        var answer = new Argument<string>("ANSWER") { Description = "How the customer answered. Example: acceptance" }.AcceptOnlyFromAmong([.. Answers.Keys]);
        var id = Id("else made of decision, action and answer, so that the same feedback counts once");
        var channel = CommonArguments.Channel();
        var time = CommonArguments.Time("--time", "When it happened; else now.");
        return new Command("feedback", "Records how a customer answered a recommendation. Example: zhice events feedback 020235 d0199c3f… term_deposit acceptance")
        {
            customer, decision, action, answer, id, channel, time,
        }.Runs(session => RecordAsync(session, new Event
        {
            EventId = session.Get(id) ?? $"{session.Get(decision)}-{session.Get(action)}-{session.Get(answer)}",
            CustomerId = session.Get(customer),
            ChannelId = session.Get(channel) ?? "",
            EventTime = session.Get(time),
            Feedback = new()
            {
                Type = Answers[session.Get(answer)],
                DecisionId = session.Get(decision),
                ActionId = session.Get(action),
            },
        }));
    }

    private static async Task<int> RecordAsync(Session session, Event sent)
    {
        var answer = await session.Client.Events.RecordEventsAsync(new() { Events = { sent } }, cancellationToken: session.Cancellation);
        var result = answer.Results[0];
        var why = result.Error is null ? "" : $": {FaultPrinter.InALine(GrpcFault.From(result.Error))}";
        session.Terminal.Done(result, $"event {result.EventId}: {EnumName.Words(result.Outcome)}{why}");
        return result.Outcome == EventOutcome.Refused ? ExitCode.Failed : ExitCode.Done;
    }

    private static Option<string?> Id(string otherwise) => new("--id")
    {
        Description = $"The event's id, by which it counts once; {otherwise}. Example: --id order-4711",
        HelpName = "ID",
    };
}
