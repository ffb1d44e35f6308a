using System.Runtime.CompilerServices;

namespace Zhice.Domain.Contacts;

/// <summary>The purposes that a part of the policy counts and binds. What law asks for is bound by nothing.</summary>
[Flags]
public enum BoundPurposes : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Marketing.</summary>
    Marketing = 1,

    /// <summary>Service.</summary>
    Service = 2,
}

/// <summary>Which contacts are counted together.</summary>
/// <param name="Kind">By what they are counted.</param>
/// <param name="Number">The number that they have in it.</param>
/// <param name="Moment">At which moment they count.</param>
/// <param name="Purposes">Why they were made.</param>
/// <param name="Groups">For a category that has groups, whose contacts are its own too; null for all else.</param>
public readonly record struct ContactSelection(
    CapScope Kind, ushort Number, CountMoment Moment = CountMoment.Any, BoundPurposes Purposes = BoundPurposes.Marketing,
    CategoryGroups? Groups = null)
{
    /// <summary>Whether a contact is one of them.</summary>
    public bool Has(in ContactScopes scopes, CountMoment moment, BoundPurposes purpose) =>
        (Purposes & purpose) != 0 && HasNumber(scopes.In(Kind)) && HasMoment(moment);

    // Asked for every list of a history: a call would cost more than the comparison.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool HasNumber(ushort number) =>
        number == Number || (Groups is not null && Groups.IsWithin(number, Number));

    // Contacts of an unknown moment count everywhere.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool HasMoment(CountMoment moment) => Moment == CountMoment.Any || moment == CountMoment.Any || moment == Moment;
}
