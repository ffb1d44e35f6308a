using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Values;

/// <summary>
/// What a campaign moved: activity, AUM, churn and NPS of those whom it contacted against those whom it held out. Each is to be read once, at
/// the end that was planned.
/// </summary>
/// <param name="Contacted">Those who were contacted, also those whose contact became void.</param>
/// <param name="HeldOut">Those who were held out.</param>
public sealed record ValueLift(ValueTally Contacted, ValueTally HeldOut)
{
    /// <summary>The difference of the shares who were active, with Newcombe's interval.</summary>
    public Measured<Estimate> Active { get; private init; }

    /// <summary>The difference of the active days of a customer, by Welch.</summary>
    public Measured<Estimate> ActiveDays { get; private init; }

    /// <summary>The difference of the AUM of a customer, in fen, by Welch.</summary>
    public Measured<Estimate> Aum { get; private init; }

    /// <summary>The same after the AUM before the campaign is taken out (CUPED): how much AUM was moved.</summary>
    public Measured<Estimate> AumMoved { get; private init; }

    /// <summary>The difference of the shares who churned, with Newcombe's interval; below 0 is better.</summary>
    public Measured<Estimate> Churn { get; private init; }

    /// <summary>The difference of the net promoter scores as shares, by Welch; 0.1 is 10 points.</summary>
    public Measured<Estimate> Nps { get; private init; }

    /// <summary>Compares the two groups.</summary>
    public static ValueLift Compare(ValueTally contacted, ValueTally heldOut, Confidence confidence) => new(contacted, heldOut)
    {
        Active = Shares(
            (contacted.Active, contacted.ActiveDays.Count), (heldOut.Active, heldOut.ActiveDays.Count), "customers whose events are recorded",
            confidence),
        ActiveDays = Means(contacted.ActiveDays, heldOut.ActiveDays, confidence),
        Aum = Means(contacted.Aum, heldOut.Aum, confidence),
        AumMoved = CupedLift.Between(contacted.AumAndBefore, heldOut.AumAndBefore, confidence) is { Value: { } moved }
            ? moved.Lift
            : Measured<Estimate>.Refuse("In both groups at least 2 customers need an AUM now and another one before."),
        Churn = Shares(
            (contacted.Churned, contacted.ChurnKnown), (heldOut.Churned, heldOut.ChurnKnown), "customers of whom it is known", confidence),
        Nps = Means(contacted.Answers, heldOut.Answers, confidence),
    };

    private static Measured<Estimate> Shares((long Those, long All) own, (long Those, long All) control, string what, Confidence confidence) =>
        own.All == 0 || control.All == 0
            ? Measured<Estimate>.Refuse($"Both groups need {what}: {own.All} were contacted, {control.All} held out.")
            : ProportionLift.Between(new(own.Those, own.All), new(control.Those, control.All), confidence).Absolute;

    private static Measured<Estimate> Means(in Moments own, in Moments control, Confidence confidence)
    {
        var lift = AmountLift.Between(own, control, confidence);
        return lift.Value is { } found ? found.Welch : Measured<Estimate>.Refuse(lift.Refusal!);
    }
}
