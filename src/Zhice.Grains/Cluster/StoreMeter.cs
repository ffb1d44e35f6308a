using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Zhice.Contracts.Cluster;

namespace Zhice.Grains.Cluster;

/// <summary>
/// Measures the commits of this host, and what waits in its queues, by the host's own metrics. It listens from the first question on, and
/// until nobody asked for a minute.
/// </summary>
internal sealed class StoreMeter(TimeProvider clock, IMeterFactory meters) : IDisposable
{
    private const string Commit = "zhice.storage.commit.duration";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    // The queues by the metric that tells how much waits in them.
    private static readonly FrozenDictionary<string, string> Queues = new Dictionary<string, string>
    {
        ["zhice.storage.writes_waiting"] = "writes",
        ["zhice.learning.lessons_waiting"] = "lessons",
        ["zhice.measurement.facts_waiting"] = "facts",
        ["zhice.measurement.exposures_waiting"] = "exposures",
        ["dotnet.thread_pool.queue.length"] = "threads",
    }.ToFrozenDictionary();

    private readonly Lock _gate = new();
    private readonly RecentDurations _commits = new(clock);
    private readonly SortedDictionary<string, long> _waiting = new(StringComparer.Ordinal);
    private MeterListener? _listener;
    private long _askedAt;

    /// <summary>What was measured up to now, and what waits; the first time no durations.</summary>
    public StoreRates Read()
    {
        var isFirst = Begin();

        // The gauges call back into this object.
        _listener?.RecordObservableInstruments();
        lock (_gate)
        {
            ImmutableArray<WaitingCount> queues = [.. _waiting.Select(static each => new WaitingCount(each.Key, each.Value))];
            return isFirst ? new(0, [], queues) : new(_commits.GetSeconds(), [.. _commits.Count()], queues);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
        }
    }

    /// <summary>A commit is over.</summary>
    /// <param name="seconds">How long it took.</param>
    internal void Note(double seconds)
    {
        lock (_gate)
        {
            if (_listener is not null && clock.GetElapsedTime(_askedAt) > Patience)
            {
                _listener.Dispose();
                _listener = null;
                return;
            }

            _commits.Note(seconds);
        }
    }

    private bool Begin()
    {
        lock (_gate)
        {
            _askedAt = clock.GetTimestamp();
            if (_listener is not null)
            {
                return false;
            }

            _commits.Begin();
            _waiting.Clear();
            _listener = Listen();
            return true;
        }
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener { InstrumentPublished = Follow };
        listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => Note(seconds));
        listener.SetMeasurementEventCallback<long>((instrument, waiting, _, _) => NoteWaiting(instrument.Name, waiting));
        listener.SetMeasurementEventCallback<int>((instrument, waiting, _, _) => NoteWaiting(instrument.Name, waiting));
        listener.Start();
        return listener;
    }

    // Those of this host: tests run several in a process. The runtime's own belong to none.
    private void Follow(Instrument instrument, MeterListener listener)
    {
        if ((instrument.Meter.Scope is null || instrument.Meter.Scope == meters)
            && (instrument.Name == Commit || Queues.ContainsKey(instrument.Name)))
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private void NoteWaiting(string metric, long waiting)
    {
        lock (_gate)
        {
            _waiting[Queues[metric]] = waiting;
        }
    }
}
