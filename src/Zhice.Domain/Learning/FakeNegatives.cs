namespace Zhice.Domain.Learning;

/// <summary>
/// Weighs lessons whose answer may still come. What was seen teaches "not accepted" at once, and an acceptance
/// within the attribution window later teaches "accepted" beside it, so that no timer and no waiting lesson is needed.
/// </summary>
/// <remarks>
/// The fake negative weighted loss: S. I. Ktena et al., Addressing Delayed Feedback for Continuous Training with Neural
/// Networks in CTR Prediction, RecSys 2019. With f the model's probability and p the true one, a contact is expected
/// to move the logit by p (1 + f)(1 - f) - (1 - f)(1 + f) f = (1 - f²)(p - f): the only rest is f = p.
/// </remarks>
public static class FakeNegatives
{
    /// <summary>The weight of a lesson, for the probability that the model gives now.</summary>
    public static double GetWeight(LessonKind kind, double probability) => kind switch
    {
        LessonKind.Seen or LessonKind.NotSeen => (1 - probability) * (1 + probability),
        LessonKind.AcceptedAfterSeen => 1 + probability,
        LessonKind.None => 0,
        _ => 1,
    };
}

/// <summary>What an answer teaches a model. The numbers travel between silos.</summary>
public enum LessonKind : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It was waved away, and nobody had said before that it was seen: a plain negative.</summary>
    Dismissed = 1,

    /// <summary>It was taken, and nobody had said before that it was seen: a plain positive.</summary>
    Accepted = 2,

    /// <summary>It was seen, and may yet be taken: a negative until then.</summary>
    Seen = 3,

    /// <summary>It was taken, after it had taught a negative when it was seen.</summary>
    AcceptedAfterSeen = 4,

    /// <summary>It did not arrive, after it had taught a negative when its channel took it: that is taken back.</summary>
    NotSeen = 5,
}
