using System.Runtime.InteropServices;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Simulations;

/// <summary>Counts what a placement says now, and what it would say: one for each thread, added up at the end.</summary>
/// <param name="nameNow">The name of what decided a verdict now.</param>
/// <param name="nameDraft">The name of what decided a verdict of the draft.</param>
public sealed class SimulationTally(Func<Verdict, string> nameNow, Func<Verdict, string> nameDraft)
{
    private readonly Dictionary<ushort, ActionTally> _actions = [];
    private readonly Dictionary<(ushort From, ushort To), MoveTally> _moves = [];

    /// <summary>For how many customers the answer would be another.</summary>
    public long Changed { get; private set; }

    /// <summary>How many answers are empty.</summary>
    public Pair Empty { get; private set; }

    /// <summary>Why answers are empty now.</summary>
    public EmptyAnswers EmptyNow { get; } = new(nameNow);

    /// <summary>Why answers of the draft are empty.</summary>
    public EmptyAnswers EmptyDraft { get; } = new(nameDraft);

    /// <summary>The sums of the offers' scores, fen.</summary>
    public (double Now, double Draft) Score { get; private set; }

    /// <summary>What became of each action, by its number.</summary>
    public IReadOnlyDictionary<ushort, ActionTally> Actions => _actions;

    /// <summary>For how many customers the first place goes from one action to another; 0 is none.</summary>
    public IReadOnlyDictionary<(ushort From, ushort To), MoveTally> Moves => _moves;

    /// <summary>Counts the two decisions for a customer; null where the catalogue does not have the placement.</summary>
    public void Add(Decision? now, Decision? draft)
    {
        var (isNow, isDraft) = (new Pair(1, 0), new Pair(0, 1));
        Count(now, isNow);
        Count(draft, isDraft);
        var offeredNow = Offered(now);
        var offeredDraft = Offered(draft);
        Empty += (offeredNow.IsEmpty ? isNow : default) + (offeredDraft.IsEmpty ? isDraft : default);
        CountEmpty(now, EmptyNow);
        CountEmpty(draft, EmptyDraft);
        Score = (Score.Now + Sum(offeredNow), Score.Draft + Sum(offeredDraft));
        Changed += IsSame(offeredNow, offeredDraft) ? 0 : 1;
        var (from, to) = (GetFirst(offeredNow), GetFirst(offeredDraft));
        if (from != to)
        {
            GetOrAddMove((from, to)).Add(1, [(draft ?? now)!.CustomerId]);
        }
    }

    /// <summary>Adds what another has counted.</summary>
    public void Add(SimulationTally other)
    {
        Changed += other.Changed;
        Empty += other.Empty;
        EmptyNow.Add(other.EmptyNow);
        EmptyDraft.Add(other.EmptyDraft);
        Score = (Score.Now + other.Score.Now, Score.Draft + other.Score.Draft);
        foreach (var (number, action) in other._actions)
        {
            GetOrAddAction(number).Add(action);
        }

        foreach (var (move, customers) in other._moves)
        {
            GetOrAddMove(move).Add(customers.Customers, customers.Examples);
        }
    }

    private static void CountEmpty(Decision? decision, EmptyAnswers empty)
    {
        if (decision is not null && decision.Offered.IsEmpty)
        {
            empty.Add(decision);
        }
    }

    private void Count(Decision? decision, Pair one)
    {
        if (decision is null)
        {
            return;
        }

        for (var i = 0; i < decision.Verdicts.Length; i++)
        {
            ref readonly var verdict = ref decision.Verdicts.AsSpan()[i];
            GetOrAddAction(verdict.Action).Count(verdict, isFirst: i == 0, one, decision.CustomerId);
        }
    }

    private ActionTally GetOrAddAction(ushort number)
    {
        ref var action = ref CollectionsMarshal.GetValueRefOrAddDefault(_actions, number, out _);
        return action ??= new();
    }

    private MoveTally GetOrAddMove((ushort From, ushort To) move)
    {
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_moves, move, out _);
        return tally ??= new();
    }

    private static ReadOnlySpan<Verdict> Offered(Decision? decision) => decision is null ? [] : decision.Offered;

    private static ushort GetFirst(ReadOnlySpan<Verdict> offered) => offered.IsEmpty ? (ushort)0 : offered[0].Action;

    private static double Sum(ReadOnlySpan<Verdict> offered)
    {
        var sum = 0.0;
        foreach (ref readonly var verdict in offered)
        {
            sum += verdict.Score;
        }

        return sum;
    }

    private static bool IsSame(ReadOnlySpan<Verdict> one, ReadOnlySpan<Verdict> other)
    {
        for (var i = 0; i < Math.Min(one.Length, other.Length); i++)
        {
            if (one[i].Action != other[i].Action)
            {
                return false;
            }
        }

        return one.Length == other.Length;
    }
}

/// <summary>Customers whose first place goes from one action to another.</summary>
public sealed class MoveTally
{
    /// <summary>How many examples are kept at the most.</summary>
    public const int MaxExamples = 5;

    private readonly List<string> _examples = [];

    /// <summary>How many.</summary>
    public long Customers { get; private set; }

    /// <summary>Some of them, by their ids.</summary>
    public IReadOnlyList<string> Examples => _examples;

    internal void Add(long customers, IReadOnlyList<string> examples)
    {
        Customers += customers;
        _examples.AddRange(examples.Take(MaxExamples - _examples.Count));
    }
}

/// <summary>A count now, and by the draft.</summary>
public readonly record struct Pair(long Now, long Draft)
{
    /// <summary>Both counts added up.</summary>
    public static Pair operator +(Pair one, Pair other) => new(one.Now + other.Now, one.Draft + other.Draft);
}

/// <summary>What became of an action.</summary>
public sealed class ActionTally
{
    private readonly Dictionary<(ReasonCode Reason, short AccessSource), Pair> _blocked = [];
    private readonly List<string> _examples = [];

    /// <summary>To how many customers it is offered.</summary>
    public Pair Offered { get; private set; }

    /// <summary>To how many in the first place.</summary>
    public Pair First { get; private set; }

    /// <summary>Some to whom the draft offers it, by their ids.</summary>
    public IReadOnlyList<string> Examples => _examples;

    /// <summary>What kept it from how many. A refusal source is the place of a rule in its own catalogue.</summary>
    public IReadOnlyDictionary<(ReasonCode Reason, short AccessSource), Pair> Blocked => _blocked;

    internal void Count(in Verdict verdict, bool isFirst, Pair one, string customerId)
    {
        if (verdict.Reason == ReasonCode.Offered)
        {
            if (one.Draft > 0 && _examples.Count < MoveTally.MaxExamples)
            {
                _examples.Add(customerId);
            }

            Offered += one;
            First += isFirst ? one : default;
        }
        else
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_blocked, (verdict.Reason, verdict.AccessSource), out _) += one;
        }
    }

    internal void Add(ActionTally other)
    {
        _examples.AddRange(other._examples.Take(MoveTally.MaxExamples - _examples.Count));
        Offered += other.Offered;
        First += other.First;
        foreach (var (check, customers) in other._blocked)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_blocked, check, out _) += customers;
        }
    }
}
