using System.Collections.Immutable;
using Zhice.Domain.Learning;

namespace Zhice.Domain.Measurement.Attribution;

/// <summary>By which rule outcomes without an id are given to touches.</summary>
public enum AttributionRule
{
    /// <summary>All to the last touch before the outcome.</summary>
    LastTouch,

    /// <summary>All to the first touch within the window.</summary>
    FirstTouch,

    /// <summary>To all touches within the window; one that is a half-life older gets half as much.</summary>
    TimeDecay,
}

/// <summary>
/// A way to book outcomes on touches. It is bookkeeping, not a measurement: it says nothing about what would have happened without
/// the touches. Only a holdout does.
/// </summary>
public sealed record AccountingView
{
    /// <summary>A view.</summary>
    /// <param name="rule">The rule for outcomes that name no contact and no decision.</param>
    /// <param name="window">How long before the outcome a touch may be.</param>
    /// <param name="halfLife">Of <see cref="AttributionRule.TimeDecay"/>: how much older a touch with half the part is.</param>
    /// <exception cref="ArgumentOutOfRangeException">The half-life is not above 0.</exception>
    public AccountingView(AttributionRule rule, AttributionWindow window, TimeSpan? halfLife = null)
    {
        HalfLife = halfLife ?? TimeSpan.FromDays(7);
        if (HalfLife <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(halfLife), halfLife, "A half-life is above 0, such as 7 days.");
        }

        (Rule, Window) = (rule, window);
    }

    /// <summary>The rule.</summary>
    public AttributionRule Rule { get; }

    /// <summary>The window.</summary>
    public AttributionWindow Window { get; }

    /// <summary>The half-life; 7 days unless it is said.</summary>
    public TimeSpan HalfLife { get; }

    /// <summary>Gives an outcome to touches.</summary>
    /// <param name="touches">All touches of the customer, in any order.</param>
    /// <param name="outcome">The outcome.</param>
    /// <remarks>
    /// What the core system names is not guessed: the named contact gets all, however long ago it was, and another one gets nothing.
    /// Of several touches of the named one, and of touches at the same instant, the one later in the list counts as the last.
    /// </remarks>
    public AttributedCredits Attribute(ReadOnlySpan<Touch> touches, AttributedOutcome outcome)
    {
        if (outcome.Contact is { } contact)
        {
            return Named(FindLast(touches, touch => touch.Contact == contact), AttributionBasis.Contact, outcome);
        }

        if (outcome.Decision is { } decision)
        {
            return Named(FindLast(touches, touch => touch.Decision == decision), AttributionBasis.Decision, outcome);
        }

        var since = outcome.AtMs - (long)Window.Length.TotalMilliseconds;
        var last = FindLast(touches, touch => touch.AtMs <= outcome.AtMs && touch.AtMs >= since);
        return last < 0 ? new(AttributionBasis.NoTouch, [])
            : Rule == AttributionRule.LastTouch ? All(last, AttributionBasis.View, outcome)
            : Rule == AttributionRule.FirstTouch ? All(FindFirst(touches, since, outcome.AtMs), AttributionBasis.View, outcome)
            : new(AttributionBasis.View, Decayed(touches, since, touches[last].AtMs, outcome));
    }

    private ImmutableArray<Credit> Decayed(ReadOnlySpan<Touch> touches, long since, long lastMs, AttributedOutcome outcome)
    {
        // By the time before the last touch, so that the largest weight is 1 however long ago it was.
        var weights = new double[touches.Length];
        for (var i = 0; i < touches.Length; i++)
        {
            var isIn = touches[i].AtMs >= since && touches[i].AtMs <= lastMs;
            weights[i] = isIn ? Math.Pow(2, (touches[i].AtMs - lastMs) / HalfLife.TotalMilliseconds) : 0;
        }

        var (parts, sum) = (FenParts.Divide(outcome.Fen, weights), weights.Sum());
        var credits = ImmutableArray.CreateBuilder<Credit>(touches.Length);
        for (var i = 0; i < touches.Length; i++)
        {
            if (weights[i] > 0)
            {
                credits.Add(new(i, weights[i] / sum, parts[i]));
            }
        }

        return credits.DrainToImmutable();
    }

    private static AttributedCredits Named(int touch, AttributionBasis basis, AttributedOutcome outcome) =>
        touch < 0 ? new(AttributionBasis.NamedElsewhere, []) : All(touch, basis, outcome);

    private static AttributedCredits All(int touch, AttributionBasis basis, AttributedOutcome outcome) =>
        new(basis, [new(touch, 1, outcome.Fen)]);

    private static int FindLast(ReadOnlySpan<Touch> touches, Func<Touch, bool> counts)
    {
        var last = -1;
        for (var i = 0; i < touches.Length; i++)
        {
            last = counts(touches[i]) && (last < 0 || touches[i].AtMs >= touches[last].AtMs) ? i : last;
        }

        return last;
    }

    private static int FindFirst(ReadOnlySpan<Touch> touches, long since, long untilMs)
    {
        var first = -1;
        for (var i = 0; i < touches.Length; i++)
        {
            var counts = touches[i].AtMs >= since && touches[i].AtMs <= untilMs;
            first = counts && (first < 0 || touches[i].AtMs < touches[first].AtMs) ? i : first;
        }

        return first;
    }
}
