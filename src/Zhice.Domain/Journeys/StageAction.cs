using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Journeys;

/// <summary>Something that is done when a customer comes to a stage, in the commit of the move.</summary>
public abstract record StageAction;

/// <summary>A written tag changes.</summary>
/// <param name="Change">The change.</param>
/// <param name="LifeMs">How long it holds, in milliseconds; 0: for good.</param>
/// <param name="IsNow">Whether the value is the moment of the move.</param>
public sealed record SetTagAction(TagChange Change, long LifeMs, bool IsNow) : StageAction
{
    /// <summary>The change as it is made by a move.</summary>
    public TagChange At(long movedAtMs, long nowMs) => Change with
    {
        Value = IsNow ? TagValue.Time(movedAtMs) : Change.Value, ExpiresAtMs = LifeMs == 0 ? 0 : nowMs + LifeMs,
    };
}

/// <summary>An event happens to the customer, which live tags count and other journeys hear.</summary>
/// <param name="EventType">The number of its kind.</param>
public sealed record EmitEventAction(ushort EventType) : StageAction;

/// <summary>The customer is contacted, if all that binds a campaign's contacts allows it.</summary>
/// <param name="Order">What and where; its campaign's id is <c>journey/stage</c>.</param>
public sealed record ContactAction(CampaignSpec Order) : StageAction
{
    /// <summary>Whether the contact is void as soon as the customer leaves the stage, while it waits for its channel.</summary>
    public bool IsVoidOnLeave => Order.Origin?.IsVoidOnLeave ?? false;
}

/// <summary>The customer is handed over to a person.</summary>
/// <param name="ActionId">The action that it is about.</param>
/// <param name="PlacementId">The person's placement.</param>
/// <param name="Owner">Who or which team.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="DueMs">How long they have, in milliseconds.</param>
public sealed record HandOffAction(string ActionId, string PlacementId, string Owner, string Kind, long DueMs) : StageAction;
