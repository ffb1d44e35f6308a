using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice customer`: one customer, live.</summary>
internal static class CustomerCommands
{
    public static Command Create() => new("customer", "Shows and changes one customer. Example: zhice customer get 020235")
    {
        Get(), Contacts(), CustomerSetTagsCommand.Create(), CustomerConsentCommands.Consent(), CustomerConsentCommands.Consents(),
        CustomerHoldCommands.Hold(), CustomerHoldCommands.HandOff(), CustomerHoldCommands.EndHold(),
        CustomerDataCommands.Data(), CustomerDataCommands.DeleteTags(), ErasuresCommands.Erase(),
    };

    private static Command Get()
    {
        var customer = CommonArguments.Customer();
        return new Command("get", "Shows all that is known of a customer. Example: zhice customer get 020235") { customer }.Runs(async session =>
        {
            var answer = await session.Client.Customers.GetCustomerAsync(
                new() { CustomerId = session.Get(customer) }, cancellationToken: session.Cancellation);
            Print(session.Terminal, answer.Customer);
        });
    }

    private static Command Contacts()
    {
        var customer = CommonArguments.Customer();
        var limit = Numbers.Option("--limit", "How many at the most, the latest first. Example: --limit 5", 64, otherwise: 64);
        return new Command("contacts", "Lists what was said to a customer, the latest first. Example: zhice customer contacts 020235") { customer, limit }
            .Runs(async session =>
            {
                var contacts = await Paging.TakeAsync<Contact>(session.Get(limit), async (size, token) =>
                {
                    var page = await session.Client.Customers.ListCustomerContactsAsync(
                        new() { CustomerId = session.Get(customer), PageSize = size, PageToken = token }, cancellationToken: session.Cancellation);
                    return (page.Contacts, page.NextPageToken);
                });
                Print(session.Terminal, contacts);
            });
    }

    private static void Print(Terminal terminal, Customer customer)
    {
        if (terminal.IsJson)
        {
            terminal.Json(customer);
            return;
        }

        terminal.Line($"customer {customer.CustomerId}, state version {customer.Version}");
        terminal.Table("tags", ["tag", "value", "source", "written", "holds until"], customer.Tags.Select(t => new[]
        {
            t.TagId, ValueText.Format(t.Value), t.Live ? "live" : t.Source, InstantText.Format(t.UpdateTime), InstantText.Format(t.ExpireTime),
        }));
        terminal.Table("journeys", ["journey", "stage", "since"], customer.Journeys.Select(j => new[]
        {
            j.JourneyId, j.StageId, InstantText.Format(j.EnterTime),
        }));
        terminal.Table(
            "contact caps",
            ["cap", "for", Column.Number("used"), Column.Number("limit"), Column.Number("left"), "next is free"],
            customer.ContactCounters.Select(c => new[]
            {
                c.CapId, c.ScopeId.Length > 0 ? c.ScopeId : "all contacts", NumberText.Count(c.Used), NumberText.Count(c.Limit),
                NumberText.Count(c.Remaining), InstantText.Format(c.NextFreeTime),
            }));
        CustomerConsentCommands.Print(terminal, customer.Consents);
        terminal.Table("held by agents", ["action", "owner", "channel", "until", "hold"], customer.Holds.Select(h => new[]
        {
            h.ActionId, h.Owner, h.ChannelId, InstantText.Format(h.ExpireTime), h.HoldId,
        }));
        terminal.Table("last events", ["event", "when", "channel"], customer.LastEvents.Select(e => new[]
        {
            e.EventTypeId, InstantText.Format(e.EventTime), e.ChannelId,
        }));
    }

    private static void Print(Terminal terminal, List<Contact> contacts)
    {
        if (terminal.IsJson)
        {
            foreach (var contact in contacts)
            {
                terminal.Json(contact);
            }

            return;
        }

        if (contacts.Count == 0)
        {
            terminal.Line("Nothing was said to this customer.");
        }

        terminal.Table("", ["when", "action", "placement", "answer", "answered", "contact", "decision"], contacts.Select(c => new[]
        {
            InstantText.Format(c.ContactTime), c.ActionId, c.PlacementId,
            c.Answer == FeedbackType.Unspecified ? "" : EnumName.Words(c.Answer), InstantText.Format(c.AnswerTime), c.ContactId, c.DecisionId,
        }));
    }
}
