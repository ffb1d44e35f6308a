using System.Collections.Immutable;
using Orleans;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>Which funnel: steps in their order, all within a time from the first.</summary>
/// <param name="Steps">The steps, 2 to <see cref="Funnel.MaxSteps"/>.</param>
/// <param name="WindowMs">The time from the first step to the last, above 0.</param>
[GenerateSerializer, Immutable, Alias("zhice.funnel-question")]
public sealed record FunnelQuestion([property: Id(0)] ImmutableArray<EventMatch> Steps, [property: Id(1)] long WindowMs);

/// <summary>How far customers came.</summary>
/// <param name="Step">The step.</param>
/// <param name="Customers">How many reached it.</param>
/// <param name="MedianMs">The median of the time from the first step, of a customer's first arrival; 0 for the first step.</param>
[GenerateSerializer, Immutable, Alias("zhice.funnel-step")]
public sealed record FunnelStep([property: Id(0)] EventMatch Step, [property: Id(1)] long Customers, [property: Id(2)] long MedianMs);

/// <summary>
/// Counts the customers who reached each step of a funnel. A customer reached a step when some of the events are the steps up to it, in
/// their order, each event one step, and the last of them not later than the window after the first. Other events between them do not
/// matter. A customer counts once.
/// </summary>
public sealed class Funnel(FunnelQuestion question) : BehaviorAnalysis
{
    /// <summary>The most steps.</summary>
    public const int MaxSteps = 10;

    /// <inheritdoc/>
    public override ImmutableArray<string> EventTypes => TypesOf(question.Steps);

    /// <summary>A bit for each step that the record is.</summary>
    public override int GetCode(in BehaviorRecord record)
    {
        var steps = 0;
        for (var i = 0; i < question.Steps.Length; i++)
        {
            steps |= question.Steps[i].Matches(record) ? 1 << i : 0;
        }

        return steps == 0 ? -1 : steps;
    }

    /// <summary>Counts.</summary>
    public ImmutableArray<FunnelStep> Count(BehaviorLog log)
    {
        var times = question.Steps.Select(static _ => new List<long>()).ToArray();
        var after = new long[question.Steps.Length];
        log.Visit((_, events) =>
        {
            for (var step = 0; step < Walk(events, after); step++)
            {
                times[step].Add(after[step]);
            }
        });
        return [.. question.Steps.Select((step, place) => new FunnelStep(step, times[place].Count, Median(times[place])))];
    }

    /// <summary>The customers who reached a step.</summary>
    /// <param name="log">The log.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="isLast">Only those who did not reach the next one.</param>
    public IEnumerable<int> Find(BehaviorLog log, int step, bool isLast)
    {
        var (found, after) = (new List<int>(), new long[question.Steps.Length]);
        log.Visit((customer, events) =>
        {
            var reached = Walk(events, after);
            if (isLast ? reached == step : reached >= step)
            {
                found.Add(customer);
            }
        });
        return found;
    }

    // For each step the latest start of a chain that leads to it: a later start leaves more of the window.
    private int Walk(ReadOnlySpan<BehaviorEvent> events, Span<long> after)
    {
        const long None = long.MinValue;
        Span<long> starts = stackalloc long[MaxSteps];
        starts.Fill(None);
        var reached = 0;
        foreach (ref readonly var each in events)
        {
            // From the last step on, so that an event is one step of a chain.
            for (var step = question.Steps.Length - 1; step >= 0; step--)
            {
                var start = step == 0 ? each.AtMs : starts[step - 1];
                if ((each.Code & (1 << step)) == 0 || start == None || each.AtMs - start > question.WindowMs)
                {
                    continue;
                }

                starts[step] = Math.Max(starts[step], start);
                if (reached <= step)
                {
                    after[step] = each.AtMs - start;
                    reached = step + 1;
                }
            }
        }

        return reached;
    }

    private static long Median(List<long> values)
    {
        values.Sort();
        return values.Count == 0 ? 0 : values[(values.Count - 1) / 2];
    }
}
