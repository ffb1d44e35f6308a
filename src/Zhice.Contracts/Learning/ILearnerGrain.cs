using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Learning;

namespace Zhice.Contracts.Learning;

/// <summary>Learns who accepts an action; keyed by the action's id.</summary>
[Alias("zhice.learner")]
public interface ILearnerGrain : IGrainWithStringKey
{
    /// <summary>Learns from an answer to a contact. Snapshots are durable, and with every silo, within 2 seconds.</summary>
    [OneWay, Alias("Learn")]
    ValueTask Learn(Lesson lesson);

    /// <summary>Learns many lessons at once, as <see cref="Learn"/> does.</summary>
    [OneWay, Alias("LearnAll")]
    ValueTask LearnAll(ImmutableArray<Lesson> lessons);

    /// <summary>Learns many lessons at once, and answers when it has.</summary>
    [Alias("TakeLessons")]
    ValueTask TakeLessons(ImmutableArray<Lesson> lessons);

    /// <summary>The model that ranks; null when nothing was learned.</summary>
    [Alias("Load")]
    ValueTask<ModelSnapshot?> Load();

    /// <summary>The challenger, as <see cref="BayesianModel.ToBytes"/> writes it; null when there is none.</summary>
    [Alias("LoadChallenger")]
    ValueTask<byte[]?> LoadChallenger();

    /// <summary>How the learning stands.</summary>
    [Alias("Describe")]
    ValueTask<LearnerReport> Describe();

    /// <summary>What a model card says of the action's models.</summary>
    [Alias("DescribeCard")]
    ValueTask<ModelCard> DescribeCard();

    /// <summary>How the lessons of each day were scored.</summary>
    [Alias("DescribeHistory")]
    ValueTask<ScoreHistoryReport> DescribeHistory();

    /// <summary>
    /// Lets the champion learn no more, or again. It is durable when this answers. A champion that is so already gives no event.
    /// </summary>
    /// <param name="isFrozen">Whether it learns no more.</param>
    /// <param name="actor">Who wants it, for the models' history.</param>
    [Alias("SetFrozen")]
    ValueTask<LearnerReport> SetFrozen(bool isFrozen, string actor);

    /// <summary>Starts a challenger that has learned nothing, in the place of one that is there. Durable when this answers.</summary>
    [Alias("StartChallenger")]
    ValueTask<LearnerReport> StartChallenger(ModelSettings settings, string actor);

    /// <summary>Puts the challenger in the champion's place; null when there is none. Durable when this answers.</summary>
    [Alias("PromoteChallenger")]
    ValueTask<LearnerReport?> PromoteChallenger(string actor);
}

/// <summary>An answer to a contact, with what was known of the customer when it was decided.</summary>
/// <param name="Features">The hashed features at the decision.</param>
/// <param name="Kind">What it teaches.</param>
/// <remarks>0 was the id of features of 16 bits: such a lesson of an older silo has none here, and teaches nothing.</remarks>
[GenerateSerializer, Immutable, Alias("zhice.lesson")]
public sealed record Lesson([property: Id(3)] ImmutableArray<uint> Features, [property: Id(2)] LessonKind Kind)
{
    /// <summary>Which of the day's contacts of this customer about the action it is, from 1; 0 is taken as 1.</summary>
    [Id(4)]
    public byte Place { get; init; }

    /// <summary>The lesson of a kept decision.</summary>
    public static Lesson From(KeptLesson kept) => new(kept.Features, kept.Kind) { Place = kept.Place };
}

/// <summary>A model as it was.</summary>
/// <param name="ActionId">Its action.</param>
/// <param name="Version">Grows with every change of the action's model.</param>
/// <param name="Bytes">The model, as <see cref="BayesianModel.ToBytes"/> writes it.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-snapshot")]
public sealed record ModelSnapshot([property: Id(0)] string ActionId, [property: Id(1)] long Version, [property: Id(2)] byte[] Bytes);

/// <summary>How the learning of an action stands.</summary>
/// <param name="ActionId">The action.</param>
/// <param name="Version">Grows with every change of the champion.</param>
/// <param name="IsFrozen">Whether the champion learns no more.</param>
/// <param name="Champion">The model that ranks.</param>
/// <param name="Challenger">The model in the shadow; null: there is none.</param>
[GenerateSerializer, Immutable, Alias("zhice.learner-report")]
public sealed record LearnerReport(
    [property: Id(0)] string ActionId,
    [property: Id(1)] long Version,
    [property: Id(2)] bool IsFrozen,
    [property: Id(3)] ModelReport Champion,
    [property: Id(4)] ModelReport? Challenger);

/// <summary>How well a model predicted what it then learned; see <see cref="ProgressiveScore"/>.</summary>
/// <param name="Settings">How it learns.</param>
/// <param name="Learned">How many outcomes it has learned.</param>
/// <param name="LogLoss">Null before anything was scored.</param>
/// <param name="Auc">Null while all outcomes are alike.</param>
/// <param name="CalibrationError">Null before anything was scored.</param>
[GenerateSerializer, Immutable, Alias("zhice.model-report")]
public sealed record ModelReport(
    [property: Id(0)] ModelSettings Settings,
    [property: Id(1)] long Learned,
    [property: Id(2)] double? LogLoss,
    [property: Id(3)] double? Auc,
    [property: Id(4)] double? CalibrationError);
