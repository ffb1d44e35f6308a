using Orleans;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <summary>How a bank heard what a customer allows or refuses. The numbers are stored, and those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.consent-source")]
public enum ConsentSource : byte
{
    /// <summary>Not said.</summary>
    Unspecified = 0,

    /// <summary>A form that was signed.</summary>
    Form = 1,

    /// <summary>A text message of the customer's.</summary>
    TextMessage = 2,

    /// <summary>A call.</summary>
    Call = 3,

    /// <summary>The customer's own settings, in an app or on a page.</summary>
    App = 4,

    /// <summary>A file of bulk data.</summary>
    Import = 5,

    /// <summary>A receipt of a channel: an unsubscription, a complaint, a bounce.</summary>
    Receipt = 6,

    /// <summary>A person of the bank's, as the customer told them.</summary>
    Agent = 7,
}

/// <summary>What a customer said once about a channel (0: all channels) and a purpose: an entry of the history.</summary>
/// <param name="Channel">The channel's number; 0: all channels.</param>
/// <param name="Purpose">The purpose.</param>
/// <param name="IsGranted">Whether it was allowed; else refused.</param>
/// <param name="AtMs">When it was said, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.consent-word")]
public sealed record ConsentStatement(
    [property: Id(0)] ushort Channel, [property: Id(1)] Purpose Purpose, [property: Id(2)] bool IsGranted, [property: Id(3)] long AtMs)
{
    /// <summary>The most bytes of an evidence id and of an actor.</summary>
    public const int MaxTextBytes = 128;

    /// <summary>How the bank heard it.</summary>
    [Id(4)]
    public ConsentSource Source { get; init; }

    /// <summary>What proves it, such as the number of a form, or a contact; empty: nothing was said.</summary>
    [Id(5)]
    public string EvidenceId { get; init; } = "";

    /// <summary>Who recorded it; empty: nobody was named.</summary>
    [Id(6)]
    public string Actor { get; init; } = "";

    /// <summary>When the bank recorded it, unix milliseconds.</summary>
    [Id(7)]
    public long RecordedAtMs { get; init; }
}

/// <summary>Whether contacts of a purpose ask for consent in a channel.</summary>
/// <param name="Channel">The channel's number.</param>
/// <param name="Purpose">The purpose.</param>
/// <param name="IsOptIn">True: without a grant there is no contact. False: without a refusal there may be.</param>
/// <param name="LifetimeMs">How long a grant holds, in milliseconds; 0: for good.</param>
public sealed record ConsentRule(ushort Channel, Purpose Purpose, bool IsOptIn, long LifetimeMs);
