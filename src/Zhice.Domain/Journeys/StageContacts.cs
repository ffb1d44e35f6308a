using Zhice.Domain.Primitives;

namespace Zhice.Domain.Journeys;

/// <summary>What became of a contact that a stage made. The numbers are those of the public contract.</summary>
public enum StageContactOutcome : byte
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>
    /// It does not reach the customer: something that binds contacts forbids it, it is void, given up, or did not arrive.
    /// </summary>
    Blocked = 1,

    /// <summary>Its channel took it.</summary>
    Sent = 2,

    /// <summary>The customer saw it.</summary>
    Seen = 3,

    /// <summary>The customer answered: a click, an acceptance or a dismissal.</summary>
    Answered = 4,
}

/// <summary>A contact or hand-off that a stage has to make, and the visit of the stage that it is for.</summary>
/// <param name="StageAction">What is to be done.</param>
/// <param name="IdempotencyKey">The id by which it is done once.</param>
/// <param name="Journey">The number of the journey.</param>
/// <param name="Entries">How often the customer had entered it.</param>
/// <param name="Moves">How many moves there were since then.</param>
/// <param name="IsOfEnd">Whether the stage is final: then nobody leaves it.</param>
public readonly record struct StageTask(
    StageAction StageAction, string IdempotencyKey, ushort Journey, int Entries, int Moves, bool IsOfEnd);

/// <summary>What is heard of a contact, as journeys ask for it.</summary>
public static class StageContacts
{
    /// <summary>What the end or a receipt of a contact says; none for what is heard as feedback.</summary>
    public static StageContactOutcome ToOutcome(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Sent or DeliveryOutcome.Delivered => StageContactOutcome.Sent,
        DeliveryOutcome.Opened or DeliveryOutcome.Clicked => StageContactOutcome.None,
        _ => StageContactOutcome.Blocked,
    };

    /// <summary>What feedback says of its contact.</summary>
    public static StageContactOutcome ToOutcome(FeedbackType feedback) => feedback switch
    {
        FeedbackType.None => StageContactOutcome.None,
        FeedbackType.Impression => StageContactOutcome.Seen,
        _ => StageContactOutcome.Answered,
    };

    /// <summary>Whether what was heard says what a way asks for: what was answered was seen, and what was seen was sent.</summary>
    public static bool Implies(StageContactOutcome heard, StageContactOutcome asked) =>
        heard == asked || (heard > asked && asked > StageContactOutcome.Blocked);
}
