using System.Collections.Immutable;

namespace Zhice.Domain.Learning;

/// <summary>What is kept of how the models of an action came to be: what they learned from, and who did what to them.</summary>
/// <param name="Champion">What the champion learned from.</param>
/// <param name="Challenger">What the challenger learned from.</param>
/// <param name="Events">The last <see cref="MaxEvents"/> events, the oldest first.</param>
public sealed record LearningHistory(LessonTally Champion, LessonTally Challenger, ImmutableArray<ModelEvent> Events)
{
    /// <summary>How many events are kept.</summary>
    public const int MaxEvents = 50;

    /// <summary>The history of models that nobody touched and that learned nothing since histories are kept.</summary>
    public static LearningHistory Empty { get; } = new(default, default, []);

    /// <summary>The history after a lesson.</summary>
    /// <param name="before">The models before they learn it; a model that does not learn it does not count it.</param>
    /// <param name="kind">What it teaches.</param>
    /// <param name="atMs">When, unix milliseconds.</param>
    /// <param name="catalogVersion">The version of the catalogue in force.</param>
    public LearningHistory After(ActionLearning before, LessonKind kind, long atMs, long catalogVersion)
    {
        // A model that learned nothing has nothing to take back.
        var (isTakenBack, challenger) = (kind == LessonKind.NotSeen, before.Challenger);
        return this with
        {
            Champion = before.IsFrozen || (isTakenBack && before.Champion.Learned == 0)
                ? Champion
                : Champion.After(kind, atMs, catalogVersion),
            Challenger = challenger is null || (isTakenBack && challenger.Learned == 0)
                ? Challenger
                : Challenger.After(kind, atMs, catalogVersion),
        };
    }

    /// <summary>The history after an event. A new challenger has learned nothing, and a promoted one keeps what it learned from.</summary>
    public LearningHistory After(ModelEvent done)
    {
        var kept = Events.Length < MaxEvents ? Events : Events[^(MaxEvents - 1)..];
        return new(
            done.Kind == ModelEventKind.Promoted ? Challenger : Champion,
            done.Kind is ModelEventKind.Promoted or ModelEventKind.Challenged ? default : Challenger,
            kept.Add(done));
    }

    /// <summary>The history of models that begin anew: events stay.</summary>
    public LearningHistory Restarted() => this with { Champion = default, Challenger = default };

    /// <summary>The history as bytes.</summary>
    public byte[] ToBytes() => LearningHistoryCodec.ToBytes(this);

    /// <summary>Reads a history back.</summary>
    /// <exception cref="FormatException">They are not a history's bytes.</exception>
    public static LearningHistory FromBytes(byte[] bytes) => LearningHistoryCodec.FromBytes(bytes);
}
