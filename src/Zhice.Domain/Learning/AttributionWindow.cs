namespace Zhice.Domain.Learning;

/// <summary>How long after a decision an acceptance still counts for what it offered.</summary>
public sealed record AttributionWindow
{
    /// <summary>The shortest.</summary>
    public static readonly TimeSpan Min = TimeSpan.FromMinutes(1);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromDays(90);

    /// <summary>7 days.</summary>
    public static AttributionWindow Default { get; } = new(TimeSpan.FromDays(7));

    /// <summary>A window of this length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 1 minute to 90 days.</exception>
    public AttributionWindow(TimeSpan length)
    {
        if (length < Min || length > Max)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "An attribution window is from 1 minute to 90 days.");
        }

        Length = length;
    }

    /// <summary>Its length.</summary>
    public TimeSpan Length { get; }

    /// <summary>Whether an answer falls into it. One that is dated before the decision does: clocks differ.</summary>
    public bool Reaches(long decidedAtMs, long answeredAtMs) => answeredAtMs - decidedAtMs <= (long)Length.TotalMilliseconds;
}
