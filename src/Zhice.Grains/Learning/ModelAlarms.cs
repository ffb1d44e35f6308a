using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Zhice.Domain.Learning.Histories;

namespace Zhice.Grains.Learning;

/// <summary>Says that the scores of a model are not what they were.</summary>
internal sealed class ModelAlarms(ILogger<ModelAlarms> log, IMeterFactory meters)
{
    private readonly Counter<long> _raised = meters.Create("Zhice.Learning").CreateCounter<long>(
        "zhice.learning.score_alarms", "{alarm}", "Models whose scores shifted, are not calibrated any more or lost their order; once a day each.");

    public void Raise(string actionId, ScoreFindings findings)
    {
        GrainsLog.ScoresChanged(log, actionId, findings);
        _raised.Add(1, new KeyValuePair<string, object?>("action", actionId));
    }
}
