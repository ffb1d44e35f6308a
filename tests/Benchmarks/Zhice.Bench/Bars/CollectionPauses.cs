using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Analysis;
using Microsoft.Diagnostics.Tracing.Parsers;
using Zhice.Bench.Load;

namespace Zhice.Bench.Bars;

/// <summary>How long a process stands still for its garbage collector, as its own events tell.</summary>
internal sealed class CollectionPauses : IDisposable
{
    private const int Oldest = 2;

    private readonly EventPipeSession _session;
    private readonly Thread _reading;
    private readonly Lock _lock = new();
    private readonly Histogram _all = new();
    private readonly Histogram _oldest = new();

    private CollectionPauses(EventPipeSession session)
    {
        _session = session;
        _reading = new Thread(Read) { IsBackground = true, Name = "collection pauses" };
        _reading.Start();
    }

    /// <summary>Listens to a process.</summary>
    public static CollectionPauses Of(int processId) => new(new DiagnosticsClient(processId).StartEventPipeSession(
        new EventPipeProvider(
            ClrTraceEventParser.ProviderName, EventLevel.Informational, (long)ClrTraceEventParser.Keywords.GC),
        requestRundown: false));

    /// <summary>How many pauses there were, and the time that 99.9 % of them are below, in milliseconds; of all, or of the oldest generation.</summary>
    public (long Count, double P999Ms) Get(bool ofOldest)
    {
        lock (_lock)
        {
            var pauses = ofOldest ? _oldest : _all;
            return (pauses.Count, pauses.AtUs(0.999) / 1_000);
        }
    }

    public void Dispose()
    {
        _session.Stop();
        _reading.Join(TimeSpan.FromSeconds(5));
        _session.Dispose();
    }

    private void Read()
    {
        using var source = new EventPipeEventSource(_session.EventStream);
        source.NeedLoadedDotNetRuntimes();
        source.AddCallbackOnProcessStart(process => process.AddCallbackOnDotNetRuntimeLoad(runtime => runtime.GCEnd += (_, collection) =>
        {
            lock (_lock)
            {
                var us = (long)(collection.PauseDurationMSec * 1_000);
                _all.Record(us);
                if (collection.Generation == Oldest)
                {
                    _oldest.Record(us);
                }
            }
        }));
        source.Process();
    }
}
