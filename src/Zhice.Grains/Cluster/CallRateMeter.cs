using System.Diagnostics.Metrics;
using Zhice.Contracts.Cluster;

namespace Zhice.Grains.Cluster;

/// <summary>
/// Counts the calls of this host by its own metric of requests. It listens from the first question on, and until nobody asked for a minute.
/// </summary>
internal sealed class CallRateMeter(TimeProvider clock) : IDisposable
{
    private const string Meter = "Microsoft.AspNetCore.Hosting";
    private const string Instrument = "http.server.request.duration";
    private const string Route = "http.route";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly RecentDurations _decisions = new(clock);
    private readonly RecentDurations _others = new(clock);
    private MeterListener? _listener;
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
                _decisions.Begin();
                _others.Begin();
                _listener = Listen();
                return new(0, 0, 0, []);
            }

            var durations = _decisions.Count();
            var decisions = durations.Sum();
            return new(_decisions.GetSeconds(), decisions + _others.Count().Sum(), decisions, [.. durations]);
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

            (isDecision ? _decisions : _others).Note(seconds);
        }
    }

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
}
