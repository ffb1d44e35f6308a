namespace Zhice.Domain.Measurement.Lifts;

/// <summary>Draws from a binomial distribution, from a table made once: exact to 14 digits.</summary>
internal sealed class BinomialDraws
{
    // Beyond so many standard deviations there is less than 1 in 10^20.
    private const double Reach = 10;

    private readonly double[] _below;
    private readonly long _first;

    /// <param name="trials">How many trials.</param>
    /// <param name="probability">Of a success, 0 to 1.</param>
    public BinomialDraws(long trials, double probability)
    {
        var (mean, deviation) = (trials * probability, Math.Sqrt(trials * probability * (1 - probability)));
        var reach = (Reach * deviation) + (Reach * Reach);
        _first = (long)Math.Max(0, mean - reach);
        _below = new double[(long)Math.Min(trials, mean + reach) - _first + 1];

        // From the most likely number outwards, by the ratio of neighbours.
        var mode = Math.Clamp((long)((trials + 1) * probability), _first, _first + _below.Length - 1);
        _below[mode - _first] = 1;
        var odds = probability / (1 - probability);
        for (var i = mode - _first; i + 1 < _below.Length; i++)
        {
            _below[i + 1] = _below[i] * (trials - (_first + i)) / (_first + i + 1) * odds;
        }

        for (var i = mode - _first; i > 0; i--)
        {
            _below[i - 1] = _below[i] * (_first + i) / (trials - (_first + i) + 1) / odds;
        }

        var sum = 0.0;
        for (var i = 0; i < _below.Length; i++)
        {
            _below[i] = sum += _below[i];
        }

        for (var i = 0; i < _below.Length; i++)
        {
            _below[i] /= sum;
        }
    }

    /// <summary>A number of successes.</summary>
    public long Next(Random random)
    {
        var place = Array.BinarySearch(_below, random.NextDouble());
        return _first + Math.Min(place < 0 ? ~place : place + 1, _below.Length - 1);
    }
}
