using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Zhice.Contracts.Cluster;

namespace Zhice.Grains.Cluster;

/// <summary>
/// Counts the calls of this host by its own metric of requests: in slots of five seconds, of which the last twelve are kept. It listens
/// from the first question on, and until nobody asked for a minute.
/// </summary>
internal sealed class CallRateMeter(TimeProvider clock) : IDisposable
{
    private const string Meter = "Microsoft.AspNetCore.Hosting";
    private const string Instrument = "http.server.request.duration";
    private const string Route = "http.route";

    private const int Slots = 12;
    private static readonly TimeSpan SlotLength = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Slot[] _slots = [.. Enumerable.Range(0, Slots).Select(static _ => new Slot())];
    private MeterListener? _listener;
    private long _beganAt;
    private long _askedAt;

    /// <summary>What was counted up to now; the first time nothing.</summary>
    public CallRates Read()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _askedAt = now;
            if (_listener is null)
            {
                _beganAt = now;
                Array.ForEach(_slots, static slot => slot.Clear(-1));
                _listener = Listen();
                return new(0, 0, 0, []);
            }

            var (calls, decisions, durations) = (0L, 0L, new long[CallDurations.Count]);
            var oldest = GetTurn(now) - Slots;
            foreach (var slot in _slots.Where(slot => slot.Turn > oldest))
            {
                calls += slot.Calls;
                decisions += slot.Decisions;
                slot.AddTo(durations);
            }

            // The slot that is being filled counts with the part that is over.
            var whole = clock.GetElapsedTime(_beganAt, now);
            var kept = (SlotLength * (Slots - 1)) + (whole - (SlotLength * GetTurn(now)));
            return new(Math.Min(whole.TotalSeconds, kept.TotalSeconds), calls, decisions, [.. durations]);
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

    /// <summary>A call that is over.</summary>
    /// <param name="seconds">How long it took.</param>
    /// <param name="isDecision">Whether it was of Recommend.</param>
    internal void Note(double seconds, bool isDecision)
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (_listener is not null && clock.GetElapsedTime(_askedAt, now) > Patience)
            {
                _listener.Dispose();
                _listener = null;
                return;
            }

            var turn = GetTurn(now);
            var slot = _slots[turn % Slots];
            if (slot.Turn != turn)
            {
                slot.Clear(turn);
            }

            slot.Note(seconds, isDecision);
        }
    }

    private long GetTurn(long now) => (long)(clock.GetElapsedTime(_beganAt, now) / SlotLength);

    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name == Instrument && instrument.Meter.Name == Meter)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (FindRoute(tags) is { } route)
            {
                Note(seconds, IsRecommend(route));
            }
        });
        listener.Start();
        return listener;
    }

    // Calls of the API only, not pages and probes: by gRPC, and by REST.
    private static string? FindRoute(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == Route && tag.Value is string route
                && (route.StartsWith("/zhice.v1.", StringComparison.Ordinal) || route.StartsWith("/v1/", StringComparison.Ordinal)))
            {
                return route;
            }
        }

        return null;
    }

    private static bool IsRecommend(string route) =>
        route is "/zhice.v1.RecommendationService/Recommend" or "/v1/recommendations:recommend";

    private sealed class Slot
    {
        private readonly long[] _byDuration = new long[CallDurations.Count];

        public long Turn { get; private set; } = -1;

        public long Calls { get; private set; }

        public long Decisions { get; private set; }

        public void Clear(long turn)
        {
            (Turn, Calls, Decisions) = (turn, 0, 0);
            Array.Clear(_byDuration);
        }

        public void Note(double seconds, bool isDecision)
        {
            Calls++;
            if (isDecision)
            {
                Decisions++;
                _byDuration[CallDurations.Find(seconds)]++;
            }
        }

        public void AddTo(long[] durations)
        {
            for (var index = 0; index < durations.Length; index++)
            {
                durations[index] += _byDuration[index];
            }
        }
    }
}
