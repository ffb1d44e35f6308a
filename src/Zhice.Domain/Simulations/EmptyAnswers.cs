using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Simulations;

/// <summary>Why customers get nothing in a placement: one for each thread, added up at the end.</summary>
/// <param name="getName">The name of the rule, cap or holdout that decided a verdict; empty for none.</param>
public sealed class EmptyAnswers(Func<Verdict, string> getName)
{
    private readonly Dictionary<(ushort Action, ReasonCode Reason, short AccessSource), (ReasonCode Reason, string Name)> _names = [];
    private readonly Dictionary<(ReasonCode Reason, string Name), (long Customers, long Alone)> _checks = [];
    private readonly HashSet<(ReasonCode Reason, string Name)> _ofOne = [];

    /// <summary>
    /// For each check, how many customers without an offer it kept at least one action from, and how many of them all actions: these get
    /// something as soon as the check allows it, if no later check refuses it.
    /// </summary>
    public IReadOnlyDictionary<(ReasonCode Reason, string Name), (long Customers, long Alone)> Checks => _checks;

    /// <summary>Counts a decision that offers nothing.</summary>
    public void Add(Decision decision)
    {
        _ofOne.Clear();
        foreach (ref readonly var verdict in decision.Verdicts.AsSpan())
        {
            _ofOne.Add(GetCheck(verdict));
        }

        foreach (var check in _ofOne)
        {
            Add(check, (1, _ofOne.Count == 1 ? 1 : 0));
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

    private void Add((ReasonCode Reason, string Name) check, (long Customers, long Alone) more)
    {
        ref var counted = ref CollectionsMarshal.GetValueRefOrAddDefault(_checks, check, out _);
        counted = (counted.Customers + more.Customers, counted.Alone + more.Alone);
    }

    // A name takes a search among the candidates, so it is kept.
    private (ReasonCode Reason, string Name) GetCheck(in Verdict verdict)
    {
        ref var check = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _names, (verdict.Action, verdict.Reason, verdict.AccessSource), out var isKnown);
        return isKnown ? check : check = (verdict.Reason, getName(verdict));
    }
}
