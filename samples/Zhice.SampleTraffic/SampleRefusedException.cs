namespace Zhice.SampleTraffic;

/// <summary>A day cannot be played here; the message says why, and what to do about it.</summary>
public sealed class SampleRefusedException : Exception
{
    public SampleRefusedException()
    {
    }

    public SampleRefusedException(string message)
        : base(message)
    {
    }

    public SampleRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
