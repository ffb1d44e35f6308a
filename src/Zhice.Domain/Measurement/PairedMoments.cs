namespace Zhice.Domain.Measurement;

/// <summary>The moments of an outcome and of a covariate of the same customers, gathered one by one.</summary>
/// <remarks>As <see cref="Moments"/>, with the sum of products (P. Pébay, Sandia report SAND2008-6212, 2008).</remarks>
public readonly record struct PairedMoments
{
    private readonly double _products;

    private PairedMoments(Moments outcome, Moments covariate, double products) =>
        (Outcome, Covariate, _products) = (outcome, covariate, products);

    /// <summary>The moments of the outcome.</summary>
    public Moments Outcome { get; }

    /// <summary>The moments of the covariate.</summary>
    public Moments Covariate { get; }

    /// <summary>Their covariance, divided by count - 1; 0 for fewer than 2.</summary>
    public double Covariance => Outcome.Count < 2 ? 0 : _products / (Outcome.Count - 1);

    /// <summary>These and one customer more.</summary>
    /// <param name="outcome">The customer's outcome; finite.</param>
    /// <param name="covariate">What was known of the customer before the experiment; finite.</param>
    public PairedMoments With(double outcome, double covariate) =>
        And(new(default(Moments).With(outcome), default(Moments).With(covariate), 0));

    /// <summary>These and others together.</summary>
    public PairedMoments And(in PairedMoments other)
    {
        var count = Outcome.Count + other.Outcome.Count;
        var across = count == 0
            ? 0
            : (other.Outcome.Mean - Outcome.Mean) * (other.Covariate.Mean - Covariate.Mean) * Outcome.Count / count * other.Outcome.Count;
        return new(Outcome.And(other.Outcome), Covariate.And(other.Covariate), _products + other._products + across);
    }
}
