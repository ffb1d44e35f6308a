using System.Collections.Immutable;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Deliveries;

/// <summary>What a consumer of a channel asks for. It comes with each call: a subscription has no other memory.</summary>
/// <param name="ChannelId">The channel.</param>
/// <param name="Consumer">A name for operators.</param>
/// <param name="LeaseDuration">How long the consumer may take for a contact before it comes again.</param>
[GenerateSerializer, Immutable, Alias("zhice.subscription-terms")]
public sealed record SubscriptionTerms(
    [property: Id(0)] string ChannelId, [property: Id(1)] string Consumer, [property: Id(2)] TimeSpan LeaseDuration);

/// <summary>What became of a contact that was leased.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="LeaseId">The lease under which it came.</param>
[GenerateSerializer, Immutable, Alias("zhice.contact-report")]
public sealed record ContactReport([property: Id(0)] string ContactId, [property: Id(1)] string LeaseId)
{
    /// <summary>Whether it was sent, or taken over for good.</summary>
    [Id(2)]
    public bool IsSent { get; init; } = true;

    /// <summary>Whether there is no use in trying again; only for one that was not sent.</summary>
    [Id(3)]
    public bool IsGivenUp { get; init; }

    /// <summary>Why it was not sent.</summary>
    [Id(4)]
    public string Reason { get; init; } = "";

    /// <summary>When to try again; null after a pause that grows with each attempt.</summary>
    [Id(5)]
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>What becomes of a dead letter that is to be sent again.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="Refusal">How it would end if it was sent; 0 when it is on its way.</param>
/// <param name="Reason">Of one that is refused: what a decision says of it; offered where none was asked.</param>
/// <param name="RuleId">Of one that is refused: the rule or cap that decided; empty for none.</param>
[GenerateSerializer, Immutable, Alias("zhice.resent-contact")]
public sealed record ResentContact(
    [property: Id(0)] string ContactId, [property: Id(1)] DeliveryOutcome Refusal, [property: Id(2)] ReasonCode Reason,
    [property: Id(3)] string RuleId);

/// <summary>What a customer says of a contact that its channel asks for.</summary>
/// <param name="Outcome">How it ended; 0 when it may go.</param>
/// <param name="IsUntaught">Whether nothing is to be learned of it: the use of the profile that it was made of is refused.</param>
[GenerateSerializer, Immutable, Alias("zhice.judged-contact")]
public readonly record struct JudgedContact([property: Id(0)] DeliveryOutcome Outcome, [property: Id(1)] bool IsUntaught);

/// <summary>A contact that waits, or is with a gateway.</summary>
/// <param name="Message">The bytes of <c>zhice.v1.OutboundContact</c>.</param>
/// <param name="Attempts">How often it was handed to a gateway.</param>
/// <param name="AvailableAtMs">From when on it might be sent, unix milliseconds.</param>
/// <param name="NextAtMs">From when on it may be handed over next, or when its lease ends.</param>
/// <param name="Seq">Its place among those of the same instant.</param>
/// <param name="IsWithGateway">Whether it is with a gateway.</param>
/// <param name="HeldBy">What keeps it back; empty for nothing.</param>
/// <param name="Reason">Why it was not sent at the latest attempt; empty when nothing was said.</param>
[GenerateSerializer, Immutable, Alias("zhice.waiting-contact-line")]
public sealed record WaitingContactLine(
    [property: Id(0)] byte[] Message, [property: Id(1)] int Attempts, [property: Id(2)] long AvailableAtMs, [property: Id(3)] long NextAtMs,
    [property: Id(4)] long Seq,
    [property: Id(5)] bool IsWithGateway, [property: Id(6)] string HeldBy, [property: Id(7)] string Reason);

/// <summary>How many contacts wait that are alike.</summary>
/// <param name="ChannelId">Their channel.</param>
/// <param name="IsWithGateway">Whether they are with a gateway.</param>
/// <param name="HeldBy">What keeps them back; empty for nothing.</param>
/// <param name="Count">How many.</param>
/// <param name="OldestAtMs">Since when the oldest might be sent, unix milliseconds.</param>
/// <param name="Gateways">How many gateways are subscribed to the channel.</param>
[GenerateSerializer, Immutable, Alias("zhice.waiting-tally")]
public sealed record WaitingTally(
    [property: Id(0)] string ChannelId, [property: Id(1)] bool IsWithGateway, [property: Id(2)] string HeldBy, [property: Id(3)] long Count,
    [property: Id(4)] long OldestAtMs, [property: Id(5)] int Gateways);
