using System.Collections.Immutable;

namespace Zhice.Domain.Catalogs;

/// <summary>An action with its treatments that fit a placement, in the action's order.</summary>
public sealed record Candidate(BankAction Action, ImmutableArray<Treatment> Treatments)
{
    /// <summary>The rule with a number: those of the action come first, then those of each treatment.</summary>
    public Rule? Rule(int number)
    {
        if ((uint)number < (uint)Action.Rules.Length)
        {
            return Action.Rules[number];
        }

        return Treatments.SelectMany(static treatment => treatment.Rules).ElementAtOrDefault(number - Action.Rules.Length);
    }
}
