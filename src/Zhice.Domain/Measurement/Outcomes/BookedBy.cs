namespace Zhice.Domain.Measurement.Outcomes;

/// <summary>By what an outcome was booked on a touch, or on none; the rank of its fact. The numbers are stored.</summary>
public enum BookedBy
{
    /// <summary>The event names nothing: by the last touch.</summary>
    LastTouch = 0,

    /// <summary>The event names a contact.</summary>
    Contact = 1,

    /// <summary>The event names a decision.</summary>
    Decision = 2,
}
