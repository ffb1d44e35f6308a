using System.Runtime.Intrinsics;

namespace Zhice.Domain.Learning;

/// <summary>
/// Learns, one outcome at a time, how likely an action is to be accepted, and how sure that is: Bayesian logistic
/// regression over hashed features, each weight a Gaussian of its own (assumed density filtering; O. Chapelle, L. Li,
/// An Empirical Evaluation of Thompson Sampling, NIPS 2011, algorithm 3, in its online form).
/// </summary>
/// <remarks>
/// Bounded: 24 to 48 bytes for each feature that it met, of the <see cref="FeatureVector.Slots"/> that there are. One
/// writer, any readers: a reader that sees a step half made sees a prediction between the one before and the one after.
/// Hot path: <see cref="Predict(double, ReadOnlySpan{uint})"/> takes at most 0.5 µs for 60 features and allocates nothing;
/// mean and variance of a feature lie side by side, so each feature costs one cache line.
/// </remarks>
public sealed class BayesianModel
{
    // Beyond this a logit says nothing more: the probability is within 1e-13 of 0 or 1.
    private const double Limit = 30;

    private static readonly Vector512<double> Limits = Vector512.Create(Limit);

    // How often the probability at which a lesson began is reckoned back from the one after it.
    private const int Reckonings = 3;

    private readonly BeliefTable _beliefs;
    private double _prior;
    private long _learned;

    /// <summary>A model that has learned nothing, and learns as <see cref="ModelSettings.Default"/> says.</summary>
    public BayesianModel()
        : this(ModelSettings.Default)
    {
    }

    /// <summary>A model that has learned nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The settings are out of their range.</exception>
    public BayesianModel(ModelSettings settings)
        : this(settings, new BeliefTable(settings.PriorVariance), 0, prior: null)
    {
        if (!settings.AreValid)
        {
            throw new ArgumentOutOfRangeException(
                nameof(settings), settings, "A prior variance is above 0 and at most 10, a drift from 0 to 0.01.");
        }
    }

    internal BayesianModel(ModelSettings settings, BeliefTable beliefs, long learned, double? prior) =>
        (Settings, _beliefs, _learned, _prior) = (settings, beliefs, learned, prior ?? 0);

    /// <summary>How it learns.</summary>
    public ModelSettings Settings { get; }

    /// <summary>How many outcomes it has learned.</summary>
    public long Learned => Volatile.Read(ref _learned);

    /// <summary>
    /// The probability that all it learned starts from: that of its first lesson, whatever the catalogue says later. Null: it
    /// has learned nothing, or is of a format that did not keep it.
    /// </summary>
    public double? Prior => Volatile.Read(ref _prior) is > 0 and var prior ? prior : null;

    /// <summary>How many features it has met.</summary>
    public int FeatureCount => _beliefs.Count;

    internal BeliefTable Beliefs => _beliefs;

    /// <summary>Keeps the probability that it starts from, if it has learned something and does not know it yet.</summary>
    /// <returns>Whether it is kept now, and was not before.</returns>
    public bool KeepPrior(double prior)
    {
        if (Learned == 0 || Prior is not null)
        {
            return false;
        }

        Volatile.Write(ref _prior, prior);
        return true;
    }

    /// <summary>The probability of acceptance, above 0 and below 1: the mean over what the weights may be.</summary>
    /// <param name="prior">The probability before anything was learned, above 0 and below 1: unless it keeps one of its own.</param>
    /// <param name="features">What <see cref="FeatureVector"/> gave.</param>
    public double Predict(double prior, ReadOnlySpan<uint> features)
    {
        var (sum, variance) = Sum(features);
        return Mean(Logit(Prior ?? prior), sum, variance);
    }

    /// <summary>The probability, with the mean and the variance of its logit, to explore by.</summary>
    public double Predict(double prior, ReadOnlySpan<uint> features, out double logit, out double variance)
    {
        (var sum, variance) = Sum(features);
        var start = Logit(Prior ?? prior);
        logit = start + sum;
        return Mean(start, sum, variance);
    }

    /// <summary>
    /// The probability, and one drawn from what the weights may be: the best of such draws is Thompson sampling.
    /// </summary>
    /// <param name="prior">The probability before anything was learned.</param>
    /// <param name="features">What <see cref="FeatureVector"/> gave.</param>
    /// <param name="standardNormal">A draw from the normal distribution with mean 0 and variance 1.</param>
    public (double Mean, double Drawn) Sample(double prior, ReadOnlySpan<uint> features, double standardNormal)
    {
        var (sum, variance) = Sum(features);
        return Sample(Logit(Prior ?? prior), sum, variance, standardNormal);
    }

    /// <summary>The logit round which probabilities are drawn whose mean is the given one.</summary>
    /// <param name="mean">The probability that the model gives.</param>
    /// <param name="variance">The variance of its logit.</param>
    public static double GetMiddle(double mean, double variance) =>
        CentredLogit.GetMiddle(Logit(mean), Math.Min(variance, CentredLogit.MaxVariance));

    /// <summary>How far from their middle such logits lie: their standard deviation.</summary>
    public static double GetSpread(double variance) => Math.Sqrt(Math.Min(variance, CentredLogit.MaxVariance));

    /// <summary>Learns one outcome.</summary>
    /// <param name="prior">The probability before anything was learned.</param>
    /// <param name="features">What was known at the decision.</param>
    /// <param name="accepted">What the customer did.</param>
    /// <param name="weight">How many outcomes it stands for, 0 to 2; see <see cref="FakeNegatives"/>.</param>
    public void Learn(double prior, ReadOnlySpan<uint> features, bool accepted, double weight = 1)
    {
        var (sum, variance) = Sum(features);
        var mean = Mean(Logit(Prior ?? prior), sum, variance);
        var curvature = weight * mean * (1 - mean);
        var known = 1 + (curvature * variance);
        var step = (float)(weight * ((accepted ? 1 : 0) - mean) / known);
        var narrowing = (float)(curvature / known);
        foreach (var feature in features)
        {
            ref var belief = ref _beliefs.Meet(feature);
            var before = belief.Variance;
            belief.Mean += before * step;
            belief.Variance = Math.Min(Settings.PriorVariance, before - (before * before * narrowing) + Settings.Drift);
        }

        Volatile.Write(ref _learned, _learned + 1);
        KeepPrior(prior);
    }

    /// <summary>
    /// Takes back that a contact was seen, which <see cref="LessonKind.Seen"/> taught before: what was learned since stays. The
    /// step is that of the lesson, from the probability that it is reckoned to have begun at; exact to the second order.
    /// </summary>
    /// <param name="prior">The probability before anything was learned.</param>
    /// <param name="features">What was known at the decision.</param>
    /// <param name="share">How much the lesson weighed beside others of its kind.</param>
    public void TakeBack(double prior, ReadOnlySpan<uint> features, double share = 1)
    {
        var (sum, variance) = Sum(features);
        var after = Mean(Logit(Prior ?? prior), sum, variance);
        var before = after;
        double weight = 0, curvature = 0, known = 1;
        for (var i = 0; i < Reckonings; i++)
        {
            weight = share * FakeNegatives.GetWeight(LessonKind.Seen, before);
            curvature = weight * before * (1 - before);
            known = 1 + (curvature * variance);
            before = Mean(Logit(Prior ?? prior), sum + (variance * weight * before / known), variance);
        }

        var step = (float)(weight * before / known);
        var widening = (float)(curvature / known);
        foreach (var feature in features)
        {
            ref var belief = ref _beliefs.Meet(feature);
            belief.Mean += belief.Variance * step;
            belief.Variance = Math.Min(Settings.PriorVariance, belief.Variance + (belief.Variance * belief.Variance * widening));
        }

        Volatile.Write(ref _learned, Math.Max(0, _learned - 1));
    }

    /// <summary>The model as bytes: the features that it has met.</summary>
    public byte[] ToBytes() => BayesianModelCodec.ToBytes(this);

    /// <summary>
    /// Reads a model back; also one of format 1, whose squared gradients become what is known of a weight, or of format 2.
    /// </summary>
    /// <exception cref="FormatException">They are not a model's bytes.</exception>
    public static BayesianModel FromBytes(byte[] bytes) => BayesianModelCodec.FromBytes(bytes);

    private (double Sum, double Variance) Sum(ReadOnlySpan<uint> features)
    {
        float sum = 0, variance = 0;
        foreach (var feature in features)
        {
            var belief = _beliefs.Get(feature);
            sum += belief.Mean;
            variance += belief.Variance;
        }

        return (sum, variance);
    }

    internal static double Logit(double probability) => Math.Log(probability / (1 - probability));

    // The mean of a logistic over a Gaussian: D. MacKay, The Evidence Framework Applied to Classification Networks, 1992.
    // Only what was learned is drawn in by its doubt: a prior is a mean already, and a new action has to give it exactly.
    internal static double Mean(double prior, double sum, double variance) =>
        Sigmoid(prior + (sum / Math.Sqrt(1 + (Math.PI / 8 * variance))));

    /// <summary>The same for eight models at once.</summary>
    internal static Vector512<double> Mean(Vector512<double> priors, Vector512<double> sums, Vector512<double> variances)
    {
        var logits = priors + (sums / Vector512.Sqrt(Vector512<double>.One + (variances * (Math.PI / 8))));
        return Vector512<double>.One / (Vector512<double>.One + Vector512.Exp(-Vector512.Clamp(logits, -Limits, Limits)));
    }

    internal static (double Mean, double Drawn) Sample(double prior, double sum, double variance, double standardNormal)
    {
        var mean = Mean(prior, sum, variance);
        return (mean, Sigmoid(GetMiddle(mean, variance) + (standardNormal * GetSpread(variance))));
    }

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-Math.Clamp(logit, -Limit, Limit)));
}
