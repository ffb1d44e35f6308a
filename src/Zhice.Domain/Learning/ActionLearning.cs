using Zhice.Domain.Learning.Histories;

namespace Zhice.Domain.Learning;

/// <summary>
/// The learning of one action: the champion, which ranks; beside it perhaps a challenger, which learns the same lessons
/// in the shadow and ranks nothing; and how well each predicted. Not for several threads, but its champion is.
/// </summary>
public sealed class ActionLearning
{
    /// <summary>A learning of nothing yet.</summary>
    public ActionLearning()
        : this(new BayesianModel(), new ProgressiveScore())
    {
    }

    /// <summary>A learning as it was.</summary>
    public ActionLearning(BayesianModel champion, ProgressiveScore score) => (Champion, Score) = (champion, score);

    /// <summary>The model that ranks.</summary>
    public BayesianModel Champion { get; private set; }

    /// <summary>How well the champion predicted.</summary>
    public ProgressiveScore Score { get; private set; }

    /// <summary>How what ranked scored its lessons, day by day: also that of champions before.</summary>
    public ScoreHistory Days { get; init; } = new();

    /// <summary>The model in the shadow, null: there is none.</summary>
    public BayesianModel? Challenger { get; private set; }

    /// <summary>How well the challenger predicted.</summary>
    public ProgressiveScore ChallengerScore { get; private set; } = new();

    /// <summary>True: the champion is scored, and learns nothing. A challenger learns on.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Grows with every change of the champion, also when another takes its place.</summary>
    public long Version { get; set; }

    /// <summary>Grows with every change.</summary>
    public long Changes { get; private set; }

    /// <summary>Scores a lesson, and learns it.</summary>
    /// <param name="prior">The action's propensity before anything is known, above 0 and below 1; a
    /// model keeps that of its first lesson.</param>
    /// <param name="features">What was known at the decision.</param>
    /// <param name="kind">What the answer teaches; none changes nothing.</param>
    /// <param name="share">How much it weighs beside other lessons of its kind, above 0, at most 1.</param>
    /// <param name="day">The day of the bank, days since 1970-01-01.</param>
    public void Learn(double prior, ReadOnlySpan<uint> features, LessonKind kind, double share = 1, int day = 0)
    {
        if (kind == LessonKind.None)
        {
            return;
        }

        if (Learn(Champion, Score, IsFrozen, prior, features, kind, share) is { } scored)
        {
            Days.Add(day, scored.Propensity, IsAccepted(kind), scored.Weight);
        }

        if (Challenger is not null)
        {
            Learn(Challenger, ChallengerScore, isFrozen: false, prior, features, kind, share);
        }

        Version += IsFrozen ? 0 : 1;
        Changes++;
    }

    /// <summary>Lets models that learned before priors were kept keep the catalogue's of today.</summary>
    public void KeepPrior(double prior)
    {
        if (Champion.KeepPrior(prior))
        {
            Version++;
            Changes++;
        }

        Changes += Challenger?.KeepPrior(prior) is true ? 1 : 0;
    }

    /// <summary>The same, frozen or not.</summary>
    public ActionLearning With(bool isFrozen) => new(Champion, Score)
    {
        Days = Days, Challenger = Challenger, ChallengerScore = ChallengerScore, IsFrozen = isFrozen, Version = Version, Changes = Changes + 1,
    };

    /// <summary>The same with another challenger, null for none.</summary>
    public ActionLearning With(BayesianModel? challenger, ProgressiveScore score) => new(Champion, Score)
    {
        Days = Days, Challenger = challenger, ChallengerScore = score, IsFrozen = IsFrozen, Version = Version, Changes = Changes + 1,
    };

    /// <summary>The challenger in the champion's place, free to learn.</summary>
    /// <exception cref="InvalidOperationException">There is no challenger.</exception>
    public ActionLearning Promoted() => new(Challenger ?? throw new InvalidOperationException("There is no challenger."), ChallengerScore)
    {
        Days = Days, Version = Version + 1, Changes = Changes + 1,
    };

    // What the lesson was scored by; null when nothing was scored.
    private static (double Propensity, double Weight)? Learn(
        BayesianModel model, ProgressiveScore score, bool isFrozen, double prior, ReadOnlySpan<uint> features, LessonKind kind,
        double share)
    {
        if (kind == LessonKind.NotSeen)
        {
            // What it was scored by stays: how well it was predicted is of that moment.
            if (!isFrozen && model.Learned > 0)
            {
                model.TakeBack(prior, features, share);
            }

            return null;
        }

        var propensity = model.Predict(prior, features);
        var weight = share * FakeNegatives.GetWeight(kind, propensity);
        score.Add(propensity, IsAccepted(kind), weight);
        if (!isFrozen)
        {
            model.Learn(prior, features, IsAccepted(kind), weight);
        }

        return (propensity, weight);
    }

    private static bool IsAccepted(LessonKind kind) => kind is LessonKind.Accepted or LessonKind.AcceptedAfterSeen;
}
