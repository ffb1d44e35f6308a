using Zhice.Domain.Measurement.Behavior;

namespace Zhice.Domain.Tests.Measurement.Behavior;

public sealed class CohortRetentionTests
{
    [Theory]
    [InlineData(1, 14)]
    [InlineData(3, 5)]
    [InlineData(7, 2)]
    public void Retention_counts_what_sets_of_customers_count(int periodDays, int periods)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var records = RandomBehavior.Create(seed, events: 120, customers: 30);
            var days = new DayRange(RandomBehavior.FirstDay, RandomBehavior.FirstDay + RandomBehavior.Days - 1);
            var retention = new CohortRetention(new(new("a"), new("b", "page", "p1"), periodDays, periods, days));
            var log = RandomBehavior.Read(retention, records);

            int Period(int day) => (day - days.From) / periodDays;
            var joined = RandomBehavior.ByCustomer(records.Where(static record => record.EventType == "a"))
                .ToDictionary(static customer => customer.Key, customer => Period(customer.First().Day));
            var returned = records.Where(static record => record.EventType == "b" && record.Properties.Contains("\"p1\"", StringComparison.Ordinal))
                .Select(record => (record.CustomerId, Period: Period(record.Day))).ToHashSet();
            var cohorts = retention.Count(log);
            Assert.Equal(
                joined.Values.Distinct().Order().Select(cohort => days.From + (cohort * periodDays)),
                cohorts.Select(static cohort => cohort.FirstDay));
            foreach (var cohort in cohorts)
            {
                var first = Period(cohort.FirstDay);
                var members = joined.Where(customer => customer.Value == first).Select(static customer => customer.Key).ToList();
                Assert.Equal(members.Count, cohort.Customers);
                // Only periods whose last day is over.
                Assert.Equal(
                    Enumerable.Range(1, periods).Where(after => days.From + ((first + after + 1) * periodDays) - 1 <= days.To)
                        .Select(after => members.LongCount(member => returned.Contains((member, first + after)))),
                    cohort.Returned);
                if (!cohort.Returned.IsEmpty)
                {
                    Assert.Equal(cohort.Returned[0], retention.Find(log, cohort.FirstDay, 1, isGone: false).Count());
                    Assert.Equal(cohort.Customers - cohort.Returned[0], retention.Find(log, cohort.FirstDay, 1, isGone: true).Count());
                }
            }
        }
    }
}
