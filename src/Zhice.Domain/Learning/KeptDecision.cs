using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Learning;

/// <summary>An action that a decision offered.</summary>
/// <param name="Action">The action's number.</param>
/// <param name="Treatment">Which of its treatments was shown, from 0.</param>
/// <param name="Lesson">
/// What it taught: 0, nothing yet; <see cref="Closed"/>, nothing more is taught; else it taught a negative, as the contact
/// of this place, from 1, among those of the customer, the action and the day.
/// </param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct KeptOffer(ushort Action, byte Treatment, byte Lesson)
{
    /// <summary>Nothing more is taught.</summary>
    public const byte Closed = byte.MaxValue;
}

/// <summary>A decision as it is kept with the customer for the answers to come: what it offered, and what the models saw.</summary>
/// <param name="Id">The decision.</param>
/// <param name="IsPersonalized">Whether anything of the customer's profile was used.</param>
/// <param name="Offers">What it offered, best first.</param>
/// <param name="Features">What the models saw, the smallest number first.</param>
public sealed record KeptDecision(DecisionId Id, bool IsPersonalized, ImmutableArray<KeptOffer> Offers, ImmutableArray<uint> Features)
{
    /// <summary>How many offers are kept of a decision: as many as it makes.</summary>
    public const int MaxOffers = 50;

    /// <summary>The offer of an action; null when it was not offered.</summary>
    public KeptOffer? FindOffer(ushort action)
    {
        foreach (var offer in Offers)
        {
            if (offer.Action == action)
            {
                return offer;
            }
        }

        return null;
    }

    /// <summary>The decision with another offer of the same action in its place.</summary>
    internal KeptDecision With(KeptOffer other) =>
        this with { Offers = [.. Offers.Select(offer => offer.Action == other.Action ? other : offer)] };
}
