using System.Collections.Immutable;
using Orleans;

namespace Zhice.Domain.Measurement.Facts;

/// <summary>The amounts of the outcomes that followed contacts of a group, and how many contacts have each.</summary>
/// <param name="Group">The names of the group.</param>
/// <param name="IsHeldOut">Whether they are of customers who were held out.</param>
/// <param name="Fen">The amounts, each once; those of a contact are added up.</param>
/// <param name="Contacts">How many contacts have each of them.</param>
[GenerateSerializer, Immutable, Alias("zhice.outcome-amounts")]
public sealed record OutcomeAmounts(
    [property: Id(0)] FactGroup Group, [property: Id(1)] bool IsHeldOut, [property: Id(2)] ImmutableArray<double> Fen,
    [property: Id(3)] ImmutableArray<long> Contacts)
{
    /// <summary>What they add up to.</summary>
    public OutcomeSums ToSums()
    {
        double sum = 0, squares = 0;
        for (var i = 0; i < Fen.Length; i++)
        {
            sum += Fen[i] * Contacts[i];
            squares += Fen[i] * Fen[i] * Contacts[i];
        }

        return new(Group, IsHeldOut, Contacts.Sum(), sum, squares);
    }
}
