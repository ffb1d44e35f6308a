using Zhice.Api.Audiences;
using Zhice.V1;

namespace Zhice.Api.Behavior;

/// <summary>
/// Takes out of answers what is of fewer customers than the caller learns of, and says so in their basis. An analysis of so few has no
/// figures at all.
/// </summary>
/// <param name="floor">The smallest number of customers that the caller learns of.</param>
internal readonly struct BehaviorFloor(CountFloor floor)
{
    /// <summary>Counts of too few customers are left out.</summary>
    public CountEventsResponse Apply(CountEventsResponse answer)
    {
        var (isSmall, least) = (Hide(answer.Basis), floor);
        Keep(answer.Counts, count => !isSmall && !least.Hides(count.Customers), answer.Basis);
        return answer;
    }

    /// <summary>Steps of too few customers have none.</summary>
    public GetFunnelResponse Apply(GetFunnelResponse answer)
    {
        var isSmall = Hide(answer.Basis);
        foreach (var step in answer.Steps)
        {
            if (!isSmall && !floor.Hides(step.Customers))
            {
                continue;
            }

            (step.Customers, step.MedianTime) = (0, null);
            answer.Basis.FewerThan = floor.Min;
        }

        return answer;
    }

    /// <summary>Cohorts of too few customers are left out, and a period in which too few returned has 0.</summary>
    public GetRetentionResponse Apply(GetRetentionResponse answer)
    {
        var (isSmall, least) = (Hide(answer.Basis), floor);
        Keep(answer.Cohorts, cohort => !isSmall && !least.Hides(cohort.Customers), answer.Basis);
        foreach (var cohort in answer.Cohorts)
        {
            for (var i = 0; i < cohort.Returned.Count; i++)
            {
                if (floor.Hides(cohort.Returned[i]))
                {
                    cohort.Returned[i] = 0;
                    answer.Basis.FewerThan = floor.Min;
                }
            }
        }

        return answer;
    }

    /// <summary>Paths of too few customers are counted with the others; with one more, if that alone would tell the number.</summary>
    public GetPathsResponse Apply(GetPathsResponse answer)
    {
        var isSmall = Hide(answer.Basis);
        while (answer.Paths.Count > 0
            && (isSmall || floor.Hides(answer.Paths[^1].Customers) || (answer.OtherCustomers > 0 && floor.Hides(answer.OtherCustomers))))
        {
            answer.OtherCustomers += answer.Paths[^1].Customers;
            answer.Paths.RemoveAt(answer.Paths.Count - 1);
            answer.Basis.FewerThan = floor.Min;
        }

        answer.OtherCustomers = isSmall ? 0 : answer.OtherCustomers;
        return answer;
    }

    private bool Hide(BehaviorBasis basis)
    {
        var isSmall = floor.Hides(basis.Customers);
        if (isSmall)
        {
            (basis.FewerThan, basis.Customers, basis.Events) = (floor.Min, 0, 0);
        }

        return isSmall;
    }

    private void Keep<T>(IList<T> rows, Func<T, bool> isKept, BehaviorBasis basis)
    {
        for (var i = rows.Count - 1; i >= 0; i--)
        {
            if (!isKept(rows[i]))
            {
                rows.RemoveAt(i);
                basis.FewerThan = floor.Min;
            }
        }
    }
}
