namespace Zhice.Domain.Measurement.Sequences;

/// <summary>
/// Intervals that hold at all times together while customers still enter and outcomes still come: of what would have been earned
/// by now if all customers who entered had been in the arm rather than in the control.
/// </summary>
/// <remarks>
/// M. Lindon, N. Kallus, Design-Based Anytime-Valid Inference for Randomized Experiments with Delayed Outcomes and Staggered Entry,
/// arXiv 2603.25971: the draw of the arms is the only chance, so days may differ and customers too. The error of the difference is
/// no martingale, that of each arm is one in the order of its outcomes; so each arm gets a sequence with half of alpha, and the
/// ends are put together. The boundary is that of D. Ham, I. Bojinov, M. Lindon, M. Tingley, Design-Based Confidence Sequences,
/// arXiv 2210.08639: √((V η² + 1) / η² · ln((V η² + 1) / α²)) at a variance of V. It does not take the mean out, so it is wider than
/// <see cref="ConfidenceSequence"/>, which is for outcomes that are complete when they are looked at.
/// </remarks>
public sealed record DelayedSequence
{
    private readonly double _alpha;
    private readonly double _etaSquare;

    /// <summary>A sequence.</summary>
    /// <param name="confidence">How sure all intervals together are.</param>
    /// <param name="expected">
    /// At which variance of an arm's sum it is narrowest, above 0; set before the experiment. For n customers of whom a share p
    /// converts, with arms of a half each, it is about n p.
    /// </param>
    public DelayedSequence(Confidence confidence, double expected)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(expected);
        _alpha = confidence.Alpha / 2;
        _etaSquare = ConfidenceSequence.Rho2(_alpha, expected);
        Confidence = confidence;
    }

    /// <summary>How sure all intervals together are.</summary>
    public Confidence Confidence { get; }

    /// <summary>The interval of what an arm earned.</summary>
    /// <remarks>It holds with half of alpha, so that two of them hold together with all of it.</remarks>
    public Interval Of(ArmReward arm) => arm.Variance > 0
        ? Interval.Around(arm.Sum, Math.Sqrt(arm.Variance * ConfidenceSequence.Squares(arm.Variance * _etaSquare, _alpha)))
        : Interval.Everything;

    /// <summary>
    /// The interval of how much more the arm would have earned than the control by now, if all who entered had been in it.
    /// </summary>
    /// <param name="arm">What the arm earned until now.</param>
    /// <param name="control">What the control earned until now.</param>
    /// <returns>Totals; divided by the customers who entered it is a difference a customer.</returns>
    public Interval Between(ArmReward arm, ArmReward control)
    {
        var (own, other) = (Of(arm), Of(control));
        return new(own.Low - other.High, own.High - other.Low);
    }
}
