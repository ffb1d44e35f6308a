using System.Diagnostics.Metrics;

namespace Zhice.Storage.Commits;

/// <summary>The metrics of commits. While nobody listens they cost a comparison.</summary>
internal sealed class CommitMeter
{
    private readonly Histogram<double> _duration;

    /// <param name="meters">Makes them.</param>
    /// <param name="countWaiting">How many writes wait, or are under way.</param>
    public CommitMeter(IMeterFactory meters, Func<int> countWaiting)
    {
        var meter = meters.Create("Zhice.Storage");
        _duration = meter.CreateHistogram<double>(
            "zhice.storage.commit.duration", "s", "How long a commit takes: one transaction with the states of many grains, its repeats included.");
        meter.CreateObservableGauge("zhice.storage.writes_waiting", countWaiting, "{write}", "States that wait for a commit, or are in one.");
    }

    /// <summary>A commit is over.</summary>
    public void Note(TimeSpan took) => _duration.Record(took.TotalSeconds);
}
