using System.Collections.Immutable;
using Zhice.Domain.Contacts;
using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Catalogs;

/// <summary>A slot in a channel, with the actions that have a treatment for it.</summary>
public sealed record Placement
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its number in decision ids.</summary>
    public required ushort Number { get; init; }

    /// <summary>The number of its channel.</summary>
    public required ushort Channel { get; init; }

    /// <summary>How many recommendations a call gets that sets no limit.</summary>
    public required int DefaultLimit { get; init; }

    /// <summary>True: recommendations count towards the caps when they are decided; else when they are seen.</summary>
    public required bool CountsAtDecision { get; init; }

    /// <summary>The moment at which recommendations count.</summary>
    public CountMoment CountAt { get => CountsAtDecision ? CountMoment.Decision : field; init; } = CountMoment.Impression;

    /// <summary>When a recommendation here teaches that it was seen.</summary>
    public LearningMoment TaughtAt { get; init; }

    /// <summary>True: a cap wants slots held for what is recommended here until it is seen.</summary>
    public bool Reserves { get; init; }

    /// <summary>True: an action that may be shown here has a stock, of which an offer takes a unit.</summary>
    public bool TakesStock { get; init; }

    /// <summary>Whether a decision here is a write, which commits before it is answered.</summary>
    public bool CommitsAtDecision => CountsAtDecision || Reserves || TakesStock;

    /// <summary>Whether what is doubtful is tried now and then (Thompson sampling), so that the models learn.</summary>
    public bool Explores { get; init; }

    /// <summary>How many of one category an answer has at the most.</summary>
    public int MaxPerCategory { get; init; } = int.MaxValue;

    /// <summary>Ranks that belong to an action.</summary>
    public ImmutableArray<FixedSlot> FixedSlots { get; init; } = [];

    /// <summary>What is shown when nothing may be offered, if anything.</summary>
    public Content? Fallback { get; init; }

    /// <summary>What may be shown here, in the catalogue's order.</summary>
    public required ImmutableArray<Candidate> Candidates
    {
        get;
        init
        {
            field = value;
            foreach (var candidate in value)
            {
                Holdouts |= candidate.Action.Purpose == Purpose.Marketing ? candidate.Action.Holdouts : 0;
                Experiments |= Bit(candidate.Action.OnlyFor);
                foreach (var treatment in candidate.Treatments)
                {
                    Experiments |= Bit(treatment.OnlyFor);
                }
            }
        }
    }

    /// <summary>A bit for each holdout that keeps customers out of some of it, by its place in the catalogue.</summary>
    public ulong Holdouts { get; private init; }

    /// <summary>A bit for each experiment whose arms differ in what may be shown here, by its place in the catalogue.</summary>
    public ulong Experiments { get; private init; }

    /// <summary>Where the hashes of the placement's model feature start.</summary>
    public required ulong FeatureSeed { get; init; }

    /// <summary>
    /// The number of one of the treatments by which an action is shown here, the first if not said; 0 when there are not so many.
    /// </summary>
    public ushort GetTreatment(ushort action, int place = 0)
    {
        foreach (var candidate in Candidates)
        {
            if (candidate.Action.Number == action)
            {
                return place < candidate.Treatments.Length ? candidate.Treatments[place].Number : (ushort)0;
            }
        }

        return 0;
    }

    /// <summary>What the contact policy is asked about an action shown here.</summary>
    /// <param name="action">The action.</param>
    /// <param name="treatment">The number of its treatment.</param>
    public ContactRequest AskFor(BankAction action, ushort treatment) => new(
        action.Purpose, new(Channel, action.Category, action.Number, treatment), CountAt, action.Priority);

    private static ulong Bit(ArmNumber arm) => arm.IsSet ? 1UL << arm.Experiment : 0;
}

/// <summary>A rank, from 1, that belongs to an action whenever it may be offered.</summary>
public readonly record struct FixedSlot(int Rank, ushort Action);
