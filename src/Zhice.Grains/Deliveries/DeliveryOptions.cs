namespace Zhice.Grains.Deliveries;

/// <summary>How contacts are brought to their channels.</summary>
public sealed record DeliveryOptions
{
    /// <summary>How often a contact is tried, before it is a dead letter.</summary>
    /// <value>1 to 100; default 10.</value>
    public int MaxAttempts { get; init; } = 10;

    /// <summary>How many days a dead letter is kept.</summary>
    /// <value>From 1; default 30.</value>
    public int DeadLetterDays { get; init; } = 30;

    /// <summary>How often a subscription looks for contacts that nobody told it of: whose time has come, or whose lease is over.</summary>
    /// <value>10 ms to 1 minute; default 500 ms.</value>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a silo looks for contacts that are past their time.</summary>
    /// <value>10 ms to 1 minute; default 1 s.</value>
    public TimeSpan OverduePoll { get; init; } = TimeSpan.FromSeconds(1);
}
