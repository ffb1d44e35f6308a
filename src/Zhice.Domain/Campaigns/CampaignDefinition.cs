using Orleans;
using Zhice.Domain.Contacts;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Campaigns;

/// <summary>A campaign as it was checked: what it asks of customers, when it runs, and how much it may do.</summary>
[GenerateSerializer, Immutable, Alias("zhice.campaign-definition")]
public sealed record CampaignDefinition
{
    /// <summary>What it asks of each customer.</summary>
    [Id(0)]
    public required CampaignSpec Order { get; init; }

    /// <summary>A saved audience beside the order's own condition; empty for none.</summary>
    [Id(1)]
    public string AudienceId { get; init; } = "";

    /// <summary>When the first run is due, unix milliseconds; 0: at once.</summary>
    [Id(2)]
    public long StartsAtMs { get; init; }

    /// <summary>The time between the starts of runs, in milliseconds; 0: it runs once.</summary>
    [Id(3)]
    public long IntervalMs { get; init; }

    /// <summary>How many contacts a second at the most; 0: no limit.</summary>
    [Id(4)]
    public int PerSecond { get; init; }

    /// <summary>How many contacts a day of the bank at the most; 0: no limit.</summary>
    [Id(5)]
    public long PerDay { get; init; }

    /// <summary>What may be spent, in fen; 0: no limit.</summary>
    [Id(6)]
    public long BudgetFen { get; init; }

    /// <summary>What a contact costs, in fen.</summary>
    [Id(7)]
    public long CostFen { get; init; }

    /// <summary>What an arm must show to get all remaining customers; null: none gets them.</summary>
    [Id(8)]
    public WinnerPromotion? Promotion { get; init; }

    /// <summary>Whether an event triggers it; else it has runs.</summary>
    public bool IsTriggered => Order.TriggerEventType.Length > 0;

    /// <summary>How many contacts the budget pays for in all; the most there are when it has no limit.</summary>
    public long MaxContacts => BudgetFen > 0 && CostFen > 0 ? BudgetFen / CostFen : long.MaxValue;

    /// <summary>When the run after one is due, unix milliseconds; null: there is none.</summary>
    /// <param name="lastDueAtMs">When the last run was due; null: there was none.</param>
    /// <param name="nowMs">Now: of the runs that were missed, only the last is made up.</param>
    public long? NextDue(long? lastDueAtMs, long nowMs)
    {
        if (lastDueAtMs is not { } last)
        {
            return IsTriggered ? null : Missed(StartsAtMs == 0 ? nowMs : StartsAtMs, nowMs);
        }

        return IntervalMs == 0 ? null : Missed(last + IntervalMs, nowMs);
    }

    private long Missed(long dueAtMs, long nowMs) =>
        IntervalMs == 0 || dueAtMs >= nowMs ? dueAtMs : dueAtMs + ((nowMs - dueAtMs) / IntervalMs * IntervalMs);
}
