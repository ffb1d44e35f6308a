using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Simulations;

/// <summary>Why customers get nothing in a placement: one for each thread, added up at the end.</summary>
/// <param name="getName">The name of the rule, cap or holdout that decided a verdict; empty for none.</param>
public sealed class EmptyAnswers(Func<Verdict, string> getName)
{
    // As the decider asks them.
    private static readonly ImmutableArray<ReasonCode> s_order =
    [
        ReasonCode.Stopped, ReasonCode.OutOfSeason, ReasonCode.Holdout, ReasonCode.Ineligible, ReasonCode.NotApplicable, ReasonCode.Unsuitable,
        ReasonCode.NoTreatment, ReasonCode.Held, ReasonCode.Consent, ReasonCode.DoNotContact, ReasonCode.QuietHours, ReasonCode.Suppressed,
        ReasonCode.CapReached, ReasonCode.OutOfStock, ReasonCode.LowerPriority, ReasonCode.Diversity,
    ];

    private readonly Dictionary<(ushort Action, ReasonCode Reason, short AccessSource), (ReasonCode Reason, string Name)> _names = [];
    private readonly Dictionary<(ReasonCode Reason, string Name), EmptyCount> _checks = [];
    private readonly HashSet<(ReasonCode Reason, string Name)> _ofOne = [];

    /// <summary>What each check kept from customers without an offer.</summary>
    public IReadOnlyDictionary<(ReasonCode Reason, string Name), EmptyCount> Checks => _checks;

    /// <summary>Counts a decision that offers nothing.</summary>
    public void Add(Decision decision)
    {
        _ofOne.Clear();
        var furthest = -1;
        foreach (ref readonly var verdict in decision.Verdicts.AsSpan())
        {
            _ofOne.Add(GetCheck(verdict));
            furthest = Math.Max(furthest, s_order.IndexOf(verdict.Reason));
        }

        foreach (var check in _ofOne)
        {
            Add(check, new(1, s_order.IndexOf(check.Reason) == furthest ? 1 : 0, _ofOne.Count == 1 ? 1 : 0));
        }
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(EmptyAnswers other)
    {
        foreach (var (check, more) in other._checks)
        {
            Add(check, more);
        }
    }

    private void Add((ReasonCode Reason, string Name) check, EmptyCount more)
    {
        ref var counted = ref CollectionsMarshal.GetValueRefOrAddDefault(_checks, check, out _);
        counted = new(counted.Customers + more.Customers, counted.Closest + more.Closest, counted.Alone + more.Alone);
    }

    // A name takes a search among the candidates, so it is kept.
    private (ReasonCode Reason, string Name) GetCheck(in Verdict verdict)
    {
        ref var check = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _names, (verdict.Action, verdict.Reason, verdict.AccessSource), out var isKnown);
        return isKnown ? check : check = (verdict.Reason, getName(verdict));
    }
}

/// <summary>What a check kept from customers without an offer.</summary>
/// <param name="Customers">For how many it refused at least one action.</param>
/// <param name="Closest">
/// For how many it refused the action that came furthest: no action of theirs was refused by a later check. Several checks of one step may
/// do so for one customer.
/// </param>
/// <param name="Alone">For how many it refused all actions.</param>
public readonly record struct EmptyCount(long Customers, long Closest, long Alone);
