using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice deliveries`: contacts on their way to channels, those that were given up, and how many came to which end.</summary>
internal static class DeliveriesCommands
{
    private const int MaxLetters = 100_000;

    public static Command Create() => new("deliveries", "Shows contacts on their way to channels, and what became of them. Example: zhice deliveries counts")
    {
        Waiting(), Subscribe(), Counts(),
        new Command("dead-letters", "Lists contacts that were given up, and sends them again. Example: zhice deliveries dead-letters list sms") { List(), Resend() },
    };

    private static Command Subscribe()
    {
        var channel = Channel();
        var acknowledge = new Option<bool>("--ack")
        {
            Description = "Says that each is acknowledged: it counts as sent, and does not come again. Needed; 'list' looks without. Example: --ack",
        };
        var window = Numbers.Option("--window", "How many may be here at once. Example: --window 100", 10_000, 100);
        return new Command("subscribe", "Takes the contacts of a channel as they come, prints and acknowledges them, until Ctrl-C. Example: zhice deliveries subscribe sms --ack")
        {
            channel, acknowledge, window,
        }.Runs(session => session.Get(acknowledge)
            ? SubscribeAsync(session, session.Get(channel), session.Get(window))
            : throw new UsageException("subscribe takes contacts, and each counts as sent: say so with --ack. 'zhice deliveries list' looks at what waits and changes nothing."));
    }

    private static async Task SubscribeAsync(Session session, string channel, int window)
    {
        var gateway = new ContactGateway(
            session.Client.Deliveries,
            new() { ChannelId = channel, Consumer = "zhice", Window = window, Parallel = 1 },
            (contact, _) =>
            {
                session.Terminal.Done(contact, FormatLine(contact));
                return ValueTask.FromResult<Refusal?>(null);
            });
        gateway.Lost += fault => session.Terminal.Error($"The connection was lost, and is made again: {fault.Status.Detail}");
        await gateway.RunAsync(session.Cancellation);
        session.Cancellation.ThrowIfCancellationRequested();
    }

    private static Command Waiting()
    {
        var channel = new Argument<string>("CHANNEL") { Description = "The channel, one of the catalogue's; none with --campaign. Example: sms", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = static _ => "" };
        var campaign = new Option<string?>("--campaign") { Description = "Of one campaign. Example: --campaign spring_funds", HelpName = "CAMPAIGN" };
        var minutes = Numbers.Option("--older-than", "Only those that have waited for so many minutes. Example: --older-than 10", 1_000_000, 0);
        var limit = Numbers.Option("--limit", "How many at the most. Example: --limit 500", MaxLetters, 20);
        return new Command("list", "Shows what waits for a channel or of a campaign, the next to go first; a look changes nothing. Example: zhice deliveries list sms")
        {
            channel, campaign, minutes, limit,
        }.Runs(async session =>
        {
            var counts = new List<WaitingCount>();
            var since = session.Get(minutes) == 0 ? null : Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddMinutes(-session.Get(minutes)));
            var waiting = await Paging.TakeAsync<WaitingContact>(session.Get(limit), async (size, token) =>
            {
                var page = await session.Client.Deliveries.ListWaitingContactsAsync(
                    new() { ChannelId = session.Get(channel), CampaignId = session.Get(campaign) ?? "", WaitingSince = since, PageSize = size, PageToken = token },
                    cancellationToken: session.Cancellation);
                counts.AddRange(page.Counts);
                return (page.Contacts, page.NextPageToken);
            });
            if (session.Terminal.IsJson)
            {
                waiting.ForEach(session.Terminal.Json);
                return;
            }

            if (counts.Count == 0)
            {
                session.Terminal.Line("Nothing waits.");
            }

            session.Terminal.Table("", ["what", "where, or why", Column.Number("contacts")], counts.Select(WaitingText.ToRow));
            session.Terminal.Table(
                "",
                ["contact", "customer", "campaign", "action", "next", "attempts", "kept back by"],
                waiting.Select(static each => new[]
                {
                    each.Contact.ContactId, each.Contact.CustomerId, each.Contact.CampaignId, each.Contact.ActionId,
                    each.IsWithGateway ? "with a gateway" : InstantText.Format(each.NextTime), NumberText.Count(each.Contact.Attempt),
                    each.HeldBy.Length > 0 ? each.HeldBy : each.LastRefusal,
                }));
            foreach (var warning in WaitingText.Warnings(counts))
            {
                session.Terminal.Line(warning);
            }
        });
    }

    private static Command Counts()
    {
        var campaign = new Option<string?>("--campaign") { Description = "Of one campaign. Example: --campaign spring_funds", HelpName = "CAMPAIGN" };
        var limit = Numbers.Option("--limit", "How many rows at the most. Example: --limit 500", MaxLetters, 100);
        return new Command("counts", "Counts contacts by campaign, channel, day and end. Example: zhice deliveries counts --campaign spring_funds") { campaign, limit }.Runs(async session =>
        {
            var counts = await Paging.TakeAsync<DeliveryCount>(session.Get(limit), async (size, token) =>
            {
                var page = await session.Client.Deliveries.ListDeliveryCountsAsync(
                    new() { CampaignId = session.Get(campaign) ?? "", PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
                return (page.Counts, page.NextPageToken);
            });
            session.Terminal.List(
                counts,
                ["campaign", "channel", "day", "end", Column.Number("contacts")],
                count => new[] { count.CampaignId, count.ChannelId, count.Day, EnumName.Words(count.Outcome), NumberText.Count(count.Count) });
        });
    }

    private static Command List()
    {
        var channel = new Argument<string?>("CHANNEL") { Description = "The channel; else all. Example: sms", Arity = ArgumentArity.ZeroOrOne };
        var limit = Numbers.Option("--limit", "How many at the most. Example: --limit 500", MaxLetters, 100);
        return new Command("list", "Lists contacts that were given up, the latest first. Example: zhice deliveries dead-letters list sms") { channel, limit }.Runs(async session =>
        {
            var letters = await Paging.TakeAsync<DeadLetter>(session.Get(limit), async (size, token) =>
            {
                var page = await session.Client.Deliveries.ListDeadLettersAsync(
                    new() { ChannelId = session.Get(channel) ?? "", PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
                return (page.DeadLetters, page.NextPageToken);
            });
            session.Terminal.List(
                letters,
                ["contact", "customer", "channel", "campaign", "given up", Column.Number("attempts"), "why"],
                letter => new[]
                {
                    letter.Contact.ContactId, letter.Contact.CustomerId, letter.Contact.ChannelId, letter.Contact.CampaignId,
                    InstantText.Format(letter.GiveUpTime), NumberText.Count(letter.Contact.Attempt), letter.Reason,
                });
        });
    }

    private static Command Resend()
    {
        var channel = Channel();
        var contacts = new Argument<string[]>("CONTACT")
        {
            Description = "The contacts, from 'list'; none: the latest 1,000 of the channel. Example: c0199…", Arity = ArgumentArity.ZeroOrMore,
        };
        var hours = Numbers.Option("--hours", "How long they may be sent from now on. Example: --hours 48", 720, 24);
        return new Command("resend", "Sends contacts again that were given up. Example: zhice deliveries dead-letters resend sms") { channel, contacts, hours }.Runs(async session =>
        {
            var answer = await session.Client.Deliveries.ResendDeadLettersAsync(
                new()
                {
                    ChannelId = session.Get(channel),
                    ContactIds = { session.Get(contacts) },
                    TimeToLive = Duration.FromTimeSpan(TimeSpan.FromHours(session.Get(hours))),
                },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"{NumberText.Count(answer.Resent)} on their way again.{RefusedText(answer.Refused)}");
        });
    }

    private static string RefusedText(Google.Protobuf.Collections.RepeatedField<RefusedDeadLetter> refused) => refused.Count == 0 ? "" :
        $" {NumberText.Count(refused.Count)} may not be said now and stay:"
        + string.Concat(refused.GroupBy(static letter => (letter.Outcome, letter.ReasonCode, letter.RuleId)).OrderByDescending(static some => some.Count()).Select(static some =>
            $"\n  {NumberText.Count(some.Count())}  {some.Key.Outcome}{(some.Key.ReasonCode == ReasonCode.Unspecified ? "" : $": {some.Key.ReasonCode}")} {some.Key.RuleId}".TrimEnd()));

    private static Argument<string> Channel() => new("CHANNEL") { Description = "The channel, one of the catalogue's. Example: sms" };

    private static string FormatLine(OutboundContact contact) =>
        $"{contact.ContactId}  {contact.CustomerId}  {contact.CampaignId}  {contact.ActionId}  {contact.Content?.Title}"
        + (contact.Attempt > 1 ? $"  (attempt {NumberText.Count(contact.Attempt)})" : "");
}
