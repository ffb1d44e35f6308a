using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Learning;

namespace Zhice.Grains.Learning;

/// <summary>
/// Brings what customers of this silo teach to the learners: at once, and what comes while a learner takes some goes with the next,
/// in order. So few messages wait for a learner, however many customers answer.
/// </summary>
internal sealed class LessonQueues
{
    // Of one action; a learner takes as many in a second.
    private const int MaxWaiting = 10_000;
    private const int MaxAtOnce = 1_000;

    private readonly IGrainFactory _grains;
    private readonly ILogger<LessonQueues> _log;
    private readonly ConcurrentDictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly Counter<long> _lost;

    public LessonQueues(IGrainFactory grains, ILogger<LessonQueues> log, IMeterFactory meters)
    {
        (_grains, _log) = (grains, log);
        var meter = meters.Create("Zhice.Learning");
        _lost = meter.CreateCounter<long>(
            "zhice.learning.lessons_lost", "{lesson}", "Lessons that were not learned, as too many waited or the learner did not take them.");
        meter.CreateObservableGauge("zhice.learning.lessons_waiting", CountWaiting, "{lesson}", "Lessons that wait for their learners.");
    }

    /// <summary>Teaches; it waits for nobody.</summary>
    public void Add(string actionId, Lesson lesson)
    {
        var line = _lines.GetOrAdd(actionId, static _ => new());
        lock (line)
        {
            if (line.Waiting.Count == MaxWaiting)
            {
                _lost.Add(1);
                return;
            }

            line.Waiting.Enqueue(lesson);
            if (line.IsSending)
            {
                return;
            }

            line.IsSending = true;
        }

        _ = SendAsync(actionId, line);
    }

    // It never throws.
    private async Task SendAsync(string actionId, Line line)
    {
        while (TryTake(line, out var lessons))
        {
            try
            {
                await _grains.GetGrain<ILearnerGrain>(actionId).TakeLessons(lessons).ConfigureAwait(false);
            }
            catch (TimeoutException fault)
            {
                // Perhaps they are learned: twice is worse than not at all.
                Lose(lessons.Length, actionId, fault);
            }
            catch (Exception fault)
            {
                // The learner went meanwhile, or its silo is older and does not answer for lessons.
                await TeachOneWayAsync(actionId, lessons, fault).ConfigureAwait(false);
            }
        }
    }

    private async Task TeachOneWayAsync(string actionId, ImmutableArray<Lesson> lessons, Exception cause)
    {
        try
        {
            await _grains.GetGrain<ILearnerGrain>(actionId).LearnAll(lessons).ConfigureAwait(false);
        }
        catch (Exception)
        {
            Lose(lessons.Length, actionId, cause);
        }
    }

    private void Lose(int lessons, string actionId, Exception fault)
    {
        GrainsLog.LessonsLost(_log, lessons, actionId, fault);
        _lost.Add(lessons);
    }

    private long CountWaiting()
    {
        var all = 0L;
        foreach (var line in _lines.Values)
        {
            lock (line)
            {
                all += line.Waiting.Count;
            }
        }

        return all;
    }

    private static bool TryTake(Line line, out ImmutableArray<Lesson> lessons)
    {
        lock (line)
        {
            var taken = ImmutableArray.CreateBuilder<Lesson>(Math.Min(MaxAtOnce, line.Waiting.Count));
            while (taken.Count < MaxAtOnce && line.Waiting.TryDequeue(out var lesson))
            {
                taken.Add(lesson);
            }

            lessons = taken.ToImmutable();
            return line.IsSending = lessons.Length > 0;
        }
    }

    private sealed class Line
    {
        public Queue<Lesson> Waiting { get; } = new();

        public bool IsSending { get; set; }
    }
}
