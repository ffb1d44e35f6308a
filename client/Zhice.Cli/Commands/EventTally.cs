using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>Counts what became of events, and names the first that were refused. With JSON, each acknowledgement is a line.</summary>
internal sealed class EventTally(Terminal terminal)
{
    private const int MaxShown = 20;
    private readonly List<EventResult> _shown = [];

    public long Recorded { get; private set; }

    public long Duplicate { get; private set; }

    public long Refused { get; private set; }

    public void Add(EventResult result)
    {
        _ = result.Outcome switch
        {
            EventOutcome.Recorded => Recorded++,
            EventOutcome.Duplicate => Duplicate++,
            _ => Refused++,
        };
        if (terminal.IsJson)
        {
            terminal.Json(result);
        }
        else if (result.Outcome == EventOutcome.Refused && _shown.Count < MaxShown)
        {
            _shown.Add(result);
        }
    }

    public void Print(TimeSpan elapsed)
    {
        if (terminal.IsJson)
        {
            return;
        }

        var all = Recorded + Duplicate + Refused;
        terminal.Line($"{NumberText.Count(all)} acknowledged in {elapsed.TotalSeconds:0.0} s ({NumberText.Count((long)(all / elapsed.TotalSeconds))}/s): "
            + $"{NumberText.Count(Recorded)} recorded, {NumberText.Count(Duplicate)} duplicate, {NumberText.Count(Refused)} refused.");
        if (_shown.Count > 0)
        {
            terminal.Error(
                Refused > _shown.Count ? $"{NumberText.Count(Refused)} events were refused, the first {_shown.Count} of them:" : "Refused events:",
                ["event", "why"],
                _shown.Select(r => new[] { r.EventId, r.Error is null ? "" : FaultPrinter.InALine(GrpcFault.From(r.Error)) }));
        }
    }
}
