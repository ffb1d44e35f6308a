using Zhice.Domain.Learning;
using Zhice.Grains.Measurement;

namespace Zhice.Grains;

/// <summary>How a silo's grains use its memory, and when it refuses calls.</summary>
public sealed record ZhiceGrainsOptions
{
    /// <summary>How long a customer that nobody asks for stays in memory.</summary>
    /// <value>Above 1 minute; default 2 hours.</value>
    public TimeSpan CustomerIdleAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The share of the memory, in percent, above which customers leave it before their idle age.</summary>
    /// <value>Above 0, at most 100; default 80.</value>
    public int MemoryLimitPercent { get; init; } = 80;

    /// <summary>The share of the memory, in percent, at which no more are made to leave it.</summary>
    /// <value>Above 0, less than the limit; default 70.</value>
    public int MemoryTargetPercent { get; init; } = 70;

    /// <summary>Which part of the decisions is logged with all that they were made of.</summary>
    /// <value>0 to 1; default 0.01.</value>
    public double DecisionLogSample { get; init; } = 0.01;

    /// <summary>How many days a logged decision is kept.</summary>
    /// <value>From 1; default 30.</value>
    public int DecisionLogDays { get; init; } = 30;

    /// <summary>How many days, at least, the ledger remembers that a contact was counted.</summary>
    /// <value>40 to 3,650; default 100.</value>
    public int LedgerDays { get; init; } = 100;

    /// <summary>How many days it can be asked what a customer was judged to be in a run of a campaign.</summary>
    /// <value>From 1; default 100.</value>
    public int EvaluationDays { get; init; } = 100;

    /// <summary>How many days, at least, facts are kept; their totals are kept for ever.</summary>
    /// <value>From 8; default 35.</value>
    public int FactDays { get; init; } = 35;

    /// <summary>Which part of what belongs to no commit is measured.</summary>
    public FactLogOptions Facts { get; init; } = new();

    /// <summary>How often it is looked whether an arm that may be promoted has won.</summary>
    /// <value>From 0, which is as often as campaigns are woken; default 5 minutes.</value>
    public TimeSpan PromotionEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The share of the processors, in percent, above which calls of gateways are refused.</summary>
    /// <value>Above 0, at most 100, which refuses none for it; default 100.</value>
    public int GatewayCpuPercent { get; init; } = 100;

    /// <summary>The share of the memory, in percent, above which calls of gateways are refused.</summary>
    /// <value>Above 0, at most 100; default 95.</value>
    public int GatewayMemoryPercent { get; init; } = 95;

    /// <summary>How long after a decision an acceptance still teaches that what it offered was accepted.</summary>
    /// <value>1 minute to 90 days; default 7 days.</value>
    public AttributionWindow Attribution { get; init; } = AttributionWindow.Default;
}
