using System.Collections.Immutable;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;

namespace Zhice.Domain.Journeys;

/// <summary>A version of a journey: stages through which customers move by events, conditions and time.</summary>
public sealed record Journey
{
    /// <summary>Its id, that of all its versions.</summary>
    public required string Id { get; init; }

    /// <summary>The id that it had first: what is kept by id, such as its limit of entries, goes by it.</summary>
    public string FirstId { get => field ?? Id; init; }

    /// <summary>Its number in customers' states.</summary>
    public required ushort Number { get; init; }

    /// <summary>Which version it is, from 1; customers enter the highest.</summary>
    public required int Version { get; init; }

    /// <summary>Its name for people.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>Who enters.</summary>
    public required JourneyEntryRule Entry { get; init; }

    /// <summary>Its stages; customers enter the first.</summary>
    public required ImmutableArray<JourneyStage> Stages { get; init; }

    /// <summary>The numbers of the stages that are its goal.</summary>
    public ImmutableArray<ushort> Goals { get; init; } = [];

    /// <summary>Whoever meets it leaves.</summary>
    public Expression? ExitWhen { get; init; }

    /// <summary>How much later than it happened an event may come and still be taken in its order, in milliseconds.</summary>
    public long LatenessMs { get; init; }

    /// <summary>How customers of older versions come into this one.</summary>
    public ImmutableArray<JourneyMapping> Mappings { get; init; } = [];

    /// <summary>The place in the catalogue of the experiment whose arms are counted apart; -1 for none.</summary>
    public int Experiment { get; init; } = -1;

    /// <summary>The stage with a number; null when this version has none.</summary>
    public JourneyStage? Stage(ushort number)
    {
        foreach (var stage in Stages)
        {
            if (stage.Number == number)
            {
                return stage;
            }
        }

        return null;
    }
}

/// <summary>Who enters a journey.</summary>
/// <param name="EventTypes">The numbers of the kinds of event by which customers enter.</param>
/// <param name="When">What must hold then; null: nothing.</param>
/// <param name="AgainAfterMs">How long after they left customers may enter again; null: never.</param>
/// <param name="MaxEntries">How often it may be entered in all; null: no limit.</param>
public sealed record JourneyEntryRule(ImmutableArray<ushort> EventTypes, Expression? When, long? AgainAfterMs, long? MaxEntries);

/// <summary>A stage of a journey.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its number in customers' states.</param>
/// <param name="IsFinal">Whether the journey ends here.</param>
/// <param name="OnEnter">What is done when a customer comes here.</param>
/// <param name="Transitions">The ways on, in the order in which they are tried.</param>
public sealed record JourneyStage(
    string Id, ushort Number, bool IsFinal, ImmutableArray<StageAction> OnEnter, ImmutableArray<Transition> Transitions)
{
    /// <summary>Whether a way out asks what became of the stage's contacts.</summary>
    public bool AsksOfContacts { get; } = Transitions.Any(static transition => transition.OnContact != StageContactOutcome.None);
}

/// <summary>A way out of a stage.</summary>
public sealed record Transition
{
    /// <summary>The number of the kind of event on which it is tried; 0: on none.</summary>
    public ushort EventType { get; init; }

    /// <summary>How long after the customer came to the stage it is tried; null: not so.</summary>
    public long? AfterMs { get; init; }

    /// <summary>At which minute of the bank's day it is tried, the first after the customer came and then each day; null: not so.</summary>
    public int? AtMinute { get; init; }

    /// <summary>What has to become of the contacts that the stage made for it to be tried; none: it does not ask.</summary>
    public StageContactOutcome OnContact { get; init; }

    /// <summary>What must hold; null: nothing.</summary>
    public Expression? When { get; init; }

    /// <summary>Only for customers in this arm.</summary>
    public ArmNumber OnlyFor { get; init; }

    /// <summary>The number of the stage to which it leads; 0: out of the journey.</summary>
    public ushort To { get; init; }

    /// <summary>Whether it is tried at an instant.</summary>
    public bool IsTimed => AfterMs is not null || AtMinute is not null;

    /// <summary>Whether it is tried as soon as the customer comes, and whenever something about the customer changes.</summary>
    public bool IsCondition => EventType == 0 && OnContact == StageContactOutcome.None && !IsTimed;
}

/// <summary>How customers of an older version come into a newer one.</summary>
/// <param name="FromVersion">The older version.</param>
/// <param name="Stages">For each of its stages the number of the stage here; 0: they leave.</param>
public sealed record JourneyMapping(int FromVersion, ImmutableDictionary<ushort, ushort> Stages);
