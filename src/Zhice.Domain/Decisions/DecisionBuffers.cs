using Zhice.Domain.Experiments;
using Zhice.Domain.Learning;

namespace Zhice.Domain.Decisions;

/// <summary>The room in which a decision is made, so that a decision that nobody keeps allocates nothing.</summary>
/// <remarks>A thread has one at rest; who rents it gives it back before the thread goes to other work, so never across an await.</remarks>
public sealed class DecisionBuffers
{
    private const int UsualCandidates = 64;

    [ThreadStatic]
    private static DecisionBuffers? _resting;

    private Verdict[] _verdicts = new Verdict[UsualCandidates];
    private byte[] _tiers = new byte[UsualCandidates];

    private DecisionBuffers()
    {
    }

    internal uint[] Features { get; } = new uint[FeatureVector.MaxLength];

    internal byte[] Arms { get; } = new byte[Assignment.MaxExperiments];

    /// <summary>The room of this thread, or a new one while that is in use.</summary>
    public static DecisionBuffers Rent()
    {
        var rested = _resting ?? new();
        _resting = null;
        return rested;
    }

    /// <summary>Gives it back. Decisions in it must not be read any more.</summary>
    public void Return() => _resting = this;

    internal Span<Verdict> GetVerdicts(int count)
    {
        if (count > _verdicts.Length)
        {
            _verdicts = new Verdict[count];
        }

        return _verdicts.AsSpan(0, count);
    }

    internal Span<byte> GetTiers(int count)
    {
        if (count > _tiers.Length)
        {
            _tiers = new byte[count];
        }

        return _tiers.AsSpan(0, count);
    }
}
