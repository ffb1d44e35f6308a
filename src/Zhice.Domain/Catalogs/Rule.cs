using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Catalogs;

/// <summary>A named condition and what it means when it does not hold.</summary>
/// <param name="Id">Its id; behind that of its category, or of its treatment, and a "/" when it is theirs.</param>
/// <param name="WhenBroken">What it means when it does not hold.</param>
/// <param name="Expression">What must hold.</param>
public sealed record Rule(string Id, ReasonCode WhenBroken, Expression Expression)
{
    /// <summary>How many conditions a catalogue may tell apart by <see cref="Condition"/>.</summary>
    public const int MaxConditions = 512;

    /// <summary>
    /// A number that all rules of the same condition have in common, below <see cref="MaxConditions"/>: a decision asks it
    /// once for all candidates. -1: it is asked for each.
    /// </summary>
    public int Condition { get; init; } = -1;

    /// <summary>Whether it protects the customer: it sees the profile, also where that is hidden from marketing.</summary>
    public bool IsProtective { get; init; }
}
