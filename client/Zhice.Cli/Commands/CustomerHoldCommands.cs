using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>`zhice customer hold`, `hand-off` and `end-hold`: an agent is at it, and the other channels hold back.</summary>
internal static class CustomerHoldCommands
{
    private const int MaxHoldMinutes = 24 * 60;
    private const int MaxTaskHours = 90 * 24;

    public static Command Hold()
    {
        var (customer, action, placement, owner) = Common();
        var isNew = CommonArguments.New();
        var minutes = Numbers.Option("--minutes", "For how long, at most a day. Example: --minutes 30", MaxHoldMinutes, otherwise: 15);
        return new Command(
            "hold",
            "Lets an agent hold an action, so that no other channel offers it. Example: zhice customer hold 020235 --action term_deposit --placement branch_desk --owner wang")
        {
            customer, action, placement, owner, minutes, isNew,
        }.Runs(async session =>
        {
            var answer = await session.Client.HandOffs.HoldActionAsync(
                new()
                {
                    CustomerId = session.Get(customer),
                    ActionId = session.Get(action),
                    PlacementId = session.Get(placement),
                    Owner = session.Get(owner),
                    AllowNew = session.Get(isNew),
                    ExpireTime = In(TimeSpan.FromMinutes(session.Get(minutes))),
                    RequestId = CommonArguments.NewRequestId(),
                },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, Sentence(answer.Hold));
        });
    }

    public static Command HandOff()
    {
        var (customer, action, placement, owner) = Common();
        var isNew = CommonArguments.New();
        var kind = new Option<string>("--kind") { Description = "What is to be done. Example: --kind call_back", HelpName = "KIND", Required = true };
        var hours = Numbers.Option("--hours", "Within how many hours, at most 90 days. Example: --hours 4", MaxTaskHours, otherwise: 24);
        var note = new Option<string>("--note") { Description = "What the person should know. Example: --note 'asked about the rate'", HelpName = "TEXT", DefaultValueFactory = static _ => "" };
        return new Command(
            "hand-off",
            "Hands a customer over to a person, whose channel gets the task. Example: zhice customer hand-off 020235 --action term_deposit --placement remote_bank_call --owner team_a --kind call_back --hours 4")
        {
            customer, action, placement, owner, kind, hours, note, isNew,
        }.Runs(async session =>
        {
            var answer = await session.Client.HandOffs.HandOffAsync(
                new()
                {
                    CustomerId = session.Get(customer),
                    ActionId = session.Get(action),
                    PlacementId = session.Get(placement),
                    Owner = session.Get(owner),
                    AllowNew = session.Get(isNew),
                    Kind = session.Get(kind),
                    DueTime = In(TimeSpan.FromHours(session.Get(hours))),
                    Note = session.Get(note),
                    RequestId = CommonArguments.NewRequestId(),
                },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, Sentence(answer.Hold));
        });
    }

    public static Command EndHold()
    {
        var customer = CommonArguments.Customer();
        var hold = new Argument<string>("HOLD") { Description = "The hold, as `zhice customer get` names it." };
        var outcome = new Option<HoldOutcome>("--outcome")
        {
            Description = "What came of it: accepted, dismissed, or released when there was no answer. Example: --outcome accepted",
            HelpName = "OUTCOME",
            Required = true,
        };
        return new Command("end-hold", "Ends a hold or a hand-off with the customer's answer. Example: zhice customer end-hold 020235 HOLD --outcome accepted")
        {
            customer, hold, outcome,
        }.Runs(async session =>
        {
            var answer = await session.Client.HandOffs.EndHoldAsync(
                new() { CustomerId = session.Get(customer), HoldId = session.Get(hold), Outcome = session.Get(outcome) },
                cancellationToken: session.Cancellation);
            session.Terminal.Done(answer, answer.Ended ? "Ended; the other channels go by the customer's answer." : "It had ended before; nothing was done.");
        });
    }

    private static (Argument<string> Customer, Option<string> Action, Option<string> Placement, Option<string> Owner) Common() => (
        CommonArguments.Customer(),
        new("--action") { Description = "The action. Example: --action term_deposit", HelpName = "ACTION", Required = true },
        new("--placement") { Description = "The placement of the person who is at it. Example: --placement branch_desk", HelpName = "PLACEMENT", Required = true },
        new("--owner") { Description = "Who is at it. Example: --owner wang", HelpName = "OWNER", Required = true });

    private static Timestamp In(TimeSpan time) => Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow() + time);

    private static string Sentence(ActionHold hold) =>
        $"{hold.Owner} holds {hold.ActionId} in channel {hold.ChannelId} until {InstantText.Format(hold.ExpireTime)}: {hold.HoldId}";
}
