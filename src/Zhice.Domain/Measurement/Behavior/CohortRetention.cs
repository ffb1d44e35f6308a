using System.Collections.Immutable;
using Orleans;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>Who comes back after a first event.</summary>
/// <param name="First">The event by whose first time in the days asked for a customer joins a cohort.</param>
/// <param name="Again">The event by which the customer comes back.</param>
/// <param name="PeriodDays">How many days a period has: 1 for days, 7 for weeks; 1 to 31.</param>
/// <param name="Periods">How many periods after the first are looked at, 1 to <see cref="CohortRetention.MaxPeriods"/>.</param>
/// <param name="Days">The first day of the first cohort, and the last day that is over.</param>
[GenerateSerializer, Immutable, Alias("zhice.retention-question")]
public sealed record RetentionQuestion(
    [property: Id(0)] EventMatch First, [property: Id(1)] EventMatch Again, [property: Id(2)] int PeriodDays, [property: Id(3)] int Periods,
    [property: Id(4)] DayRange Days);

/// <summary>The customers who joined in one period.</summary>
/// <param name="FirstDay">The first day of the period, days since 1970-01-01.</param>
/// <param name="Customers">How many joined.</param>
/// <param name="Returned">How many of them came back, for each whole period after that is over: fewer for later cohorts.</param>
[GenerateSerializer, Immutable, Alias("zhice.retention-cohort")]
public sealed record RetentionCohort(
    [property: Id(0)] int FirstDay, [property: Id(1)] long Customers, [property: Id(2)] ImmutableArray<long> Returned);

/// <summary>
/// Retention by cohort. Periods follow each other from the first day asked for, the same for all customers. In period n after the one
/// in which the customer joined, the customer returned if there is at least one event. Periods that are not over are not shown.
/// </summary>
public sealed class CohortRetention(RetentionQuestion question) : BehaviorAnalysis
{
    /// <summary>The most periods.</summary>
    public const int MaxPeriods = 60;

    private const int IsFirst = 1;
    private const int IsAgain = 2;

    /// <inheritdoc/>
    public override ImmutableArray<string> EventTypes => TypesOf(question.First, question.Again);

    /// <summary>Whether it is the first event, the other, or both.</summary>
    public override int GetCode(in BehaviorRecord record) =>
        ((question.First.Matches(record) ? IsFirst : 0) | (question.Again.Matches(record) ? IsAgain : 0)) is > 0 and var code ? code : -1;

    /// <summary>Counts, the earliest cohort first; cohorts without customers are left out.</summary>
    public ImmutableArray<RetentionCohort> Count(BehaviorLog log)
    {
        var cohorts = new SortedDictionary<int, (long Customers, long[] Returned)>();
        log.Visit((_, events) =>
        {
            if (Walk(events) is var (cohort, returned) && cohort >= 0)
            {
                var (customers, counts) = cohorts.TryGetValue(cohort, out var known) ? known : (0, new long[question.Periods]);
                for (var period = 0; period < question.Periods; period++)
                {
                    counts[period] += (long)(returned >> period) & 1;
                }

                cohorts[cohort] = (customers + 1, counts);
            }
        });
        return
        [
            .. cohorts.Select(cohort => new RetentionCohort(
                question.Days.From + (cohort.Key * question.PeriodDays), cohort.Value.Customers,
                [.. cohort.Value.Returned.Take(CountOver(cohort.Key))])),
        ];
    }

    /// <summary>The customers of a cohort who returned in a period, or those who did not.</summary>
    /// <param name="log">The log.</param>
    /// <param name="firstDay">The first day of the cohort; null for all cohorts for which the period is over.</param>
    /// <param name="period">The period after the first, from 1.</param>
    /// <param name="isGone">Those who did not return in it.</param>
    public IEnumerable<int> Find(BehaviorLog log, int? firstDay, int period, bool isGone)
    {
        var found = new List<int>();
        log.Visit((customer, events) =>
        {
            var (cohort, returned) = Walk(events);
            if (cohort >= 0 && period <= CountOver(cohort)
                && (firstDay is null || firstDay == question.Days.From + (cohort * question.PeriodDays))
                && ((returned >> (period - 1)) & 1) == (isGone ? 0UL : 1UL))
            {
                found.Add(customer);
            }
        });
        return found;
    }

    // How many periods after a cohort's own are over.
    private int CountOver(int cohort) =>
        Math.Clamp(((question.Days.To + 1 - question.Days.From) / question.PeriodDays) - cohort - 1, 0, question.Periods);

    // The cohort, -1 for none, and a bit for each period in which the customer returned.
    private (int Cohort, ulong Returned) Walk(ReadOnlySpan<BehaviorEvent> events)
    {
        var (cohort, returned) = (-1, 0UL);
        foreach (ref readonly var each in events)
        {
            var period = each.Day < question.Days.From ? -1 : (each.Day - question.Days.From) / question.PeriodDays;
            if (cohort < 0 && (each.Code & IsFirst) != 0 && period >= 0)
            {
                cohort = period;
            }
            else if (cohort >= 0 && (each.Code & IsAgain) != 0 && period > cohort && period - cohort <= question.Periods)
            {
                returned |= 1UL << (period - cohort - 1);
            }
        }

        return (cohort, returned);
    }
}
