using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice customer consent` and `zhice customer consents`: what a customer allows and refuses, now and ever.</summary>
internal static class CustomerConsentCommands
{
    private static readonly string[] Sources = ["form", "text_message", "call", "app", "agent"];

    public static Command Consent()
    {
        var customer = CommonArguments.Customer();
        var channel = CommonArguments.Channel();
        channel.Description = "The channel; all channels if not given. Example: --channel sms";
        var refuse = new Option<bool>("--refuse") { Description = "The customer refuses marketing there. Example: zhice customer consent 020235 --channel sms --refuse" };
        var grant = new Option<bool>("--grant") { Description = "The customer allows marketing there. Example: zhice customer consent 020235 --grant" };
        var personalization = new Option<bool>("--personalization")
        {
            Description = "It is about the use of the profile, in all channels, and not about marketing. Example: zhice customer consent 020235 --personalization --refuse",
        };
        var service = new Option<bool>("--service")
        {
            Description = "It is about service messages, where the channel has service_consent. Example: zhice customer consent 020235 --channel sms --service --refuse",
        };
        var at = CommonArguments.Time("--at", "When the customer said it; else now.");
        var source = new Option<string?>("--source") { Description = "How the bank heard it. Example: --source form", HelpName = string.Join('|', Sources) };
        source.AcceptOnlyFromAmong(Sources);
        var evidence = new Option<string?>("--evidence") { Description = "What proves it. Example: --evidence form-2026-0042", HelpName = "ID" };
        var isNew = CommonArguments.New();
        var command = new Command("consent", "Records that a customer allows or refuses marketing, or the use of the profile. Example: zhice customer consent 020235 --channel sms --refuse")
        {
            customer, channel, refuse, grant, personalization, service, at, source, evidence, isNew,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(refuse) == result.GetValue(grant))
            {
                result.AddError("Say either --refuse or --grant.");
            }

            if (result.GetValue(personalization) && result.GetValue(service))
            {
                result.AddError("Say either --personalization or --service.");
            }
        });
        return command.Runs(async session =>
        {
            await CommonArguments.CheckKnownAsync(session, session.Get(customer), session.Get(isNew));
            var answer = await session.Client.Customers.UpdateConsentAsync(
                new()
                {
                    CustomerId = session.Get(customer),
                    ChannelId = session.Get(channel) ?? "",
                    Purpose = session.Get(personalization) ? Purpose.Personalization : session.Get(service) ? Purpose.Service : Purpose.Marketing,
                    Granted = session.Get(grant),
                    ConsentTime = session.Get(at),
                    Source = ParseSource(session.Get(source)),
                    EvidenceId = session.Get(evidence) ?? "",
                    RequestId = CommonArguments.NewRequestId(),
                },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, $"Recorded; the customer's state has version {answer.Version}.");
        });
    }

    public static Command Consents()
    {
        var customer = CommonArguments.Customer();
        var history = new Option<bool>("--history") { Description = "All that was ever said, with source and evidence. Example: zhice customer consents 020235 --history" };
        var limit = Numbers.Option("--limit", "How many words of the history at the most, the latest first. Example: --limit 10", 100_000, otherwise: 1_000);
        return new Command("consents", "Shows what a customer allows and refuses. Example: zhice customer consents 020235 --history") { customer, history, limit }
            .Runs(async session =>
            {
                if (!session.Get(history))
                {
                    var answer = await session.Client.Customers.GetCustomerAsync(
                        new() { CustomerId = session.Get(customer) }, cancellationToken: session.Cancellation);
                    Print(session.Terminal, answer.Customer.Consents);
                    return;
                }

                Print(session.Terminal, await Paging.TakeAsync<ConsentStatement>(session.Get(limit), async (size, token) =>
                {
                    var page = await session.Client.Customers.ListConsentStatementsAsync(
                        new() { CustomerId = session.Get(customer), PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
                    return (page.Statements, page.NextPageToken);
                }));
            });
    }

    /// <summary>Prints what holds.</summary>
    public static void Print(Terminal terminal, IReadOnlyList<Consent> consents)
    {
        if (terminal.IsJson)
        {
            consents.ToList().ForEach(terminal.Json);
            return;
        }

        terminal.Table("consent", ["channel", "purpose", "consent", "said", "source"], consents.Select(c => new[]
        {
            FormatChannel(c.ChannelId), EnumName.Words(c.Purpose), Said(c.Granted), InstantText.Format(c.UpdateTime), FormatSource(c.Source),
        }));
    }

    private static void Print(Terminal terminal, List<ConsentStatement> words)
    {
        if (terminal.IsJson)
        {
            words.ForEach(terminal.Json);
            return;
        }

        if (words.Count == 0)
        {
            terminal.Line("This customer never allowed or refused anything.");
        }

        terminal.Table("", ["said", "channel", "purpose", "consent", "source", "evidence", "recorded", "by"], words.Select(w => new[]
        {
            InstantText.Format(w.ConsentTime), FormatChannel(w.ChannelId), EnumName.Words(w.Purpose), Said(w.Granted), FormatSource(w.Source), w.EvidenceId,
            InstantText.Format(w.RecordTime), w.Actor,
        }));
    }

    private static string FormatChannel(string channelId) => channelId.Length > 0 ? channelId : "all channels";

    private static string Said(bool isGranted) => isGranted ? "granted" : "refused";

    private static string FormatSource(ConsentSource source) => source == ConsentSource.Unspecified ? "" : EnumName.Words(source);

    private static ConsentSource ParseSource(string? name) => name switch
    {
        "form" => ConsentSource.Form,
        "text_message" => ConsentSource.TextMessage,
        "call" => ConsentSource.Call,
        "app" => ConsentSource.App,
        "agent" => ConsentSource.Agent,
        _ => ConsentSource.Unspecified,
    };
}
