using System.Globalization;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Journeys;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Effects;

/// <summary>
/// What a commit does beside keeping the state: contacts counted, sent and ended, timers set. The store writes all of it in the
/// state's own transaction, so that there is never one without the other.
/// </summary>
public sealed class CommitEffects
{
    // Most commits have one or two kinds.
    private List<CountedContact>? _counted;
    private List<OutboundContact>? _sent;
    private List<EndedContact>? _ended;
    private List<ReceiptRecord>? _heard;
    private List<TimerChange>? _timers;
    private List<VoidedAction>? _voided;
    private List<TakenUnit>? _taken;
    private List<EndedUnit>? _endedUnits;
    private List<JourneyMove>? _moves;
    private List<ConsentStatement>? _words;
    private List<AnsweredRequest>? _answers;
    private List<string>? _revived;
    private List<Fact>? _facts;

    /// <summary>Contacts for the ledger.</summary>
    public IReadOnlyList<CountedContact> Counted => _counted as IReadOnlyList<CountedContact> ?? [];

    /// <summary>Contacts for the outbox.</summary>
    public IReadOnlyList<OutboundContact> Sent => _sent as IReadOnlyList<OutboundContact> ?? [];

    /// <summary>Contacts that leave the outbox.</summary>
    public IReadOnlyList<EndedContact> Ended => _ended as IReadOnlyList<EndedContact> ?? [];

    /// <summary>Contacts that are no dead letters any more.</summary>
    public IReadOnlyList<string> Revived => _revived as IReadOnlyList<string> ?? [];

    /// <summary>Receipts that are counted.</summary>
    public IReadOnlyList<ReceiptRecord> Heard => _heard as IReadOnlyList<ReceiptRecord> ?? [];

    /// <summary>Actions whose waiting contacts are void.</summary>
    public IReadOnlyList<VoidedAction> Voided => _voided as IReadOnlyList<VoidedAction> ?? [];

    /// <summary>Units of stock that are taken out of leases.</summary>
    public IReadOnlyList<TakenUnit> Taken => _taken as IReadOnlyList<TakenUnit> ?? [];

    /// <summary>Units of stock that are spent or given back.</summary>
    public IReadOnlyList<EndedUnit> EndedUnits => _endedUnits as IReadOnlyList<EndedUnit> ?? [];

    /// <summary>Moves in journeys that are counted.</summary>
    public IReadOnlyList<JourneyMove> Moves => _moves as IReadOnlyList<JourneyMove> ?? [];

    /// <summary>Consent statements for the history.</summary>
    public IReadOnlyList<ConsentStatement> Statements => _words as IReadOnlyList<ConsentStatement> ?? [];

    /// <summary>Answers that the state has no room for any more.</summary>
    public IReadOnlyList<AnsweredRequest> Answers => _answers as IReadOnlyList<AnsweredRequest> ?? [];

    /// <summary>Facts that are measured, apart from those that follow from contacts sent and ended.</summary>
    public IReadOnlyList<Fact> Facts => _facts as IReadOnlyList<Fact> ?? [];

    /// <summary>Timers that are set or cancelled; one for a step.</summary>
    public IReadOnlyList<TimerChange> Timers => _timers as IReadOnlyList<TimerChange> ?? [];

    /// <summary>Counts a contact, which no other commit may have counted: else this one is refused.</summary>
    public void Count(CountedContact contact) => (_counted ??= []).Add(contact);

    /// <summary>Hands a contact to its channel.</summary>
    public void Send(OutboundContact contact) => (_sent ??= []).Add(contact);

    /// <summary>Hands a dead letter of this customer's to its channel again: it leaves the dead letters.</summary>
    public void SendAgain(OutboundContact contact)
    {
        (_revived ??= []).Add(contact.ContactId);
        Send(contact with { IsResent = true });
    }

    /// <summary>
    /// Takes a contact of this customer's out of the outbox, where it still waits. One that a channel has been given already
    /// may still be sent: its acknowledgement is then answered as too late.
    /// </summary>
    /// <param name="contactId">The contact.</param>
    /// <param name="day">The day for which it is counted, days since 1970-01-01; null: today, UTC.</param>
    public void Withdraw(string contactId, int? day = null) => End(new(contactId, DeliveryOutcome.Withdrawn, day));

    /// <summary>
    /// Makes void what of an action still waits for its channel: its time is over at once, so no channel is given it any more,
    /// and the sweep for such contacts gives their caps back and counts them as withdrawn. What a channel holds by a lease stays its own.
    /// </summary>
    public void VoidWaiting(VoidedAction action) => (_voided ??= []).Add(action);

    /// <summary>Takes a contact of this customer's out of the outbox, if it is there, and counts how it ended.</summary>
    public void End(EndedContact contact)
    {
        _ended?.RemoveAll(other => other.ContactId == contact.ContactId);
        (_ended ??= []).Add(contact);
    }

    /// <summary>Counts what was heard of a contact that has left the outbox.</summary>
    public void RecordReceipt(ReceiptRecord contact) => (_heard ??= []).Add(contact);

    /// <summary>Takes a unit out of a lease: when the lease has none left, or is over, the commit is refused.</summary>
    public void Take(TakenUnit unit) => (_taken ??= []).Add(unit);

    /// <summary>Spends a unit that was kept, or gives it back; one that is not there any more is passed over.</summary>
    public void EndUnit(EndedUnit unit)
    {
        _endedUnits?.RemoveAll(other => other.ContactId == unit.ContactId);
        (_endedUnits ??= []).Add(unit);
    }

    /// <summary>Counts a move in a journey.</summary>
    public void CountMove(JourneyMove move) => (_moves ??= []).Add(move);

    /// <summary>Keeps a word of consent in the history, once for all repeats of it.</summary>
    public void Keep(ConsentStatement word) => (_words ??= []).Add(word);

    /// <summary>Keeps an answer that the state has no room for any more.</summary>
    public void KeepAnswer(AnsweredRequest answer) => (_answers ??= []).Add(answer);

    /// <summary>Records a fact of this customer's, to be measured.</summary>
    public void Record(Fact fact) => (_facts ??= []).Add(fact);

    /// <summary>Sets or cancels the timer of a step; the last change of a step is the one that counts.</summary>
    public void Change(TimerChange timer)
    {
        _timers?.RemoveAll(other => other.Step == timer.Step);
        (_timers ??= []).Add(timer);
    }
}

/// <summary>A contact that counts towards the caps.</summary>
/// <param name="ContactId">Its id, by which it counts once.</param>
/// <param name="CountedAtMs">When, in unix milliseconds.</param>
public readonly record struct CountedContact(string ContactId, long CountedAtMs)
{
    /// <summary>
    /// Before when nobody can have counted it, unix milliseconds: the ledger is not read further back; 0: it is read whole.
    /// </summary>
    public long SinceMs { get; init; }
}

/// <summary>A contact on its way to a channel.</summary>
/// <param name="ContactId">Its id, by which the receiver knows a repeat.</param>
/// <param name="ChannelId">The channel that takes it.</param>
/// <param name="AvailableAtMs">From when on it may be sent, in unix milliseconds.</param>
/// <param name="ExpiresAtMs">From when on it is void, in unix milliseconds.</param>
/// <param name="Message">What is sent.</param>
public sealed record OutboundContact(string ContactId, string ChannelId, long AvailableAtMs, long ExpiresAtMs, byte[] Message)
{
    /// <summary>The campaign that sends it, for which its end is counted; empty for none.</summary>
    public string CampaignId { get; init; } = "";

    /// <summary>The names by which it is measured; null: they are stored, or it is not measured.</summary>
    public FactGroup? Group { get; init; }

    /// <summary>The id of its group; 0: it is not measured.</summary>
    public long GroupId { get; init; }

    /// <summary>When it was made, unix milliseconds.</summary>
    public long MadeAtMs { get; init; }

    /// <summary>The day of the bank on which it was made, days since 1970-01-01.</summary>
    public int Day { get; init; }

    /// <summary>Whether it was a dead letter before.</summary>
    public bool IsResent { get; init; }

    /// <summary>That it waits for its channel now; null: it is not measured.</summary>
    public Fact? ToFact() =>
        GroupId == 0
            ? null
            : new Fact(IsResent ? FactKind.Resent : FactKind.Contacted, ContactId, MadeAtMs, Day, GroupId) { Group = Group };
}

/// <summary>A contact that leaves the outbox.</summary>
/// <param name="ContactId">Its id.</param>
/// <param name="Outcome">How it ended; one that was given up becomes a dead letter.</param>
/// <param name="Day">The day for which it is counted, days since 1970-01-01; null: today, UTC.</param>
/// <param name="Reason">Why it was given up, for people.</param>
public readonly record struct EndedContact(string ContactId, DeliveryOutcome Outcome, int? Day = null, string Reason = "")
{
    /// <summary>When, unix milliseconds: the customer's next contact in the channel may go from then on; null: now.</summary>
    public long? AtMs { get; init; }
}

/// <summary>An action of which nothing that waits is to be sent any more, or one contact of it.</summary>
/// <param name="Action">The number of the action.</param>
/// <param name="AtMs">Since when, in unix milliseconds.</param>
public readonly record struct VoidedAction(ushort Action, long AtMs)
{
    /// <summary>The contact; null: all that wait.</summary>
    public ContactId? Contact { get; init; }

    /// <summary>How the ids of what is void end.</summary>
    public string ContactEnd => Contact?.ToString() ?? Action.ToString("x4", CultureInfo.InvariantCulture);
}

/// <summary>What was heard of a contact after it was sent.</summary>
/// <param name="CampaignId">The campaign that sent it; empty for none.</param>
/// <param name="ChannelId">The channel that took it.</param>
/// <param name="Outcome">What was heard.</param>
/// <param name="Day">The day for which it is counted, days since 1970-01-01.</param>
public readonly record struct ReceiptRecord(string CampaignId, string ChannelId, DeliveryOutcome Outcome, int Day);

/// <summary>A timer of a customer, set or cancelled.</summary>
/// <param name="Step">What it is for; a customer has one timer for a step.</param>
/// <param name="Generation">Which setting of it: one that fires with an older generation does nothing.</param>
/// <param name="DueAtMs">When it fires, in unix milliseconds; null cancels it.</param>
public readonly record struct TimerChange(string Step, long Generation, long? DueAtMs);

/// <summary>A unit of an action's stock that a contact takes out of a lease.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="LeaseId">The lease.</param>
/// <param name="EndsAtMs">Until when the store remembers the unit, so that it can be ended; null: it is spent at once.</param>
/// <param name="GoesBack">Whether it goes back to the stock at that time; else it is spent then.</param>
public readonly record struct TakenUnit(string ContactId, Guid LeaseId, long? EndsAtMs, bool GoesBack);

/// <summary>A unit of stock that is kept no longer.</summary>
/// <param name="ContactId">The contact that took it.</param>
/// <param name="IsSpent">Whether it is spent; else it goes back to the stock.</param>
/// <param name="AtMs">Since when, unix milliseconds.</param>
public readonly record struct EndedUnit(string ContactId, bool IsSpent, long AtMs);
