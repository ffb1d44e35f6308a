using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Domain.Tests.Measurement.Behavior;

/// <summary>Events by chance, of few customers, types and instants, so that all that can meet does.</summary>
internal static class RandomBehavior
{
    public const int FirstDay = 20_700;
    public const int Days = 14;

    private const long DayMs = 86_400_000;

    public static List<BehaviorRecord> Create(int seed, int events = 400, int customers = 12)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, events).Select(_ =>
            {
                // Whole hours, so that some events are at the same instant.
                var atMs = (FirstDay * DayMs) + (random.Next(Days * 24) * 3_600_000L);
                return new BehaviorRecord(
                    $"客户-{random.Next(customers)}", $"{(char)('a' + random.Next(4))}", random.Next(2) == 0 ? "app" : "sms", atMs,
                    (int)(atMs / DayMs))
                {
                    Properties = random.Next(3) == 0 ? "" : $$"""{"page":"p{{random.Next(3)}}","amount":{{random.Next(5)}}.5}""",
                };
            }),
        ];
    }

    /// <summary>The log that an analysis makes of records.</summary>
    public static BehaviorLog Read(BehaviorAnalysis analysis, IEnumerable<BehaviorRecord> records)
    {
        var log = new BehaviorLog(int.MaxValue, keepsIds: true);
        foreach (var record in records)
        {
            if (analysis.GetCode(record) is >= 0 and var code)
            {
                Assert.True(log.TryAdd(record.CustomerId, record.AtMs, record.Day, code));
            }
        }

        return log;
    }

    /// <summary>Each customer's events in the order of their times.</summary>
    public static IEnumerable<IGrouping<string, BehaviorRecord>> ByCustomer(IEnumerable<BehaviorRecord> records) =>
        records.OrderBy(static record => record.AtMs).GroupBy(static record => record.CustomerId);
}
