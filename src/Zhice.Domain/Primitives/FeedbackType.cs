namespace Zhice.Domain.Primitives;

/// <summary>How a customer answered. The numbers are stored, and those of the public contract.</summary>
public enum FeedbackType : byte
{
    /// <summary>Not at all, so far.</summary>
    None = 0,

    /// <summary>It was seen.</summary>
    Impression = 1,

    /// <summary>It was tapped.</summary>
    Click = 2,

    /// <summary>It was taken.</summary>
    Acceptance = 3,

    /// <summary>It was waved away.</summary>
    Dismissal = 4,
}
