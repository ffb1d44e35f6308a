using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Domain.Measurement.Facts;
using Zhice.Postgres;
using Zhice.Storage.Postgres;

namespace Zhice.StoreBench;

/// <summary>Facts in PostgreSQL: how many a second are appended, and how long a campaign of a million contacts takes to report.</summary>
internal static class FactBench
{
    private const int Batch = 5_000;
    private const int Rate = 20_000;
    private const int Contacts = 1_000_000;
    private const int Day = 20_787;

    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(string connection)
    {
        await using var store = await PostgresBackend.OpenAsync(new PostgresStore(connection, "factbench"), NullLogger.Instance);
        await AppendAsync(store, "warm", TimeSpan.FromSeconds(2), pace: false);
        await AppendAsync(store, "as fast as it goes", s_length, pace: false);
        await AppendAsync(store, $"at {Rate:N0}/s", s_length, pace: true);
        await ReportAsync(store);
    }

    private static async Task AppendAsync(PostgresBackend store, string what, TimeSpan length, bool pace)
    {
        var (watch, before, count) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime, 0L);
        while (watch.Elapsed < length)
        {
            var first = count;
            Fact[] facts = [.. Enumerable.Range(0, Batch).Select(i => Behaved(first + i))];
            await store.Facts.AppendAsync(Guid.NewGuid(), facts);
            count += Batch;
            if (pace && TimeSpan.FromSeconds((double)count / Rate) - watch.Elapsed is { Ticks: > 0 } early)
            {
                await Task.Delay(early);
            }
        }

        var processor = Process.GetCurrentProcess().TotalProcessorTime - before;
        Console.WriteLine($"facts appended, {what}: {count / watch.Elapsed.TotalSeconds,9:N0}/s; processor of this process: {processor.TotalMilliseconds * 1000 / count:N2} µs a fact");
    }

    // The totals are those that a million contacts have: 2 placements, 2 arms, 3 tiers, 3 days; the outcomes are rows.
    private static async Task ReportAsync(PostgresBackend store)
    {
        for (var first = 0; first < Contacts; first += Batch)
        {
            await store.Facts.AppendAsync(Guid.NewGuid(), [.. Enumerable.Range(first, Batch).SelectMany(Contact)]);
        }

        for (var tries = 0; tries < 3; tries++)
        {
            var watch = Stopwatch.StartNew();
            var totals = await store.Facts.SumAsync(new("bench"));
            var funnel = watch.Elapsed;
            var sums = await store.Facts.SumOutcomesAsync(new("bench"), 1);
            Console.WriteLine(
                $"campaign of {Contacts:N0} contacts: funnel {funnel.TotalMilliseconds:N0} ms, {totals.Totals.Length} totals; amounts for the lift {(watch.Elapsed - funnel).TotalMilliseconds:N0} ms, {sums.Sum(static sum => sum.Contacts):N0} outcomes");
        }
    }

    private static IEnumerable<Fact> Contact(int i)
    {
        var group = new FactGroup
        {
            Campaign = "bench", Action = "deposit", Channel = i % 2 == 0 ? "sms" : "push",
            Placement = i % 2 == 0 ? "sms_text" : "push_text", Treatment = "plain", Arm = i % 4 < 2 ? "a" : "b",
            Tier = $"t{i % 3}",
        };
        var isHeldOut = i % 10 == 0;
        yield return Of(isHeldOut ? FactKind.HeldOut : FactKind.Contacted, i, group);
        if (!isHeldOut)
        {
            yield return Of(FactKind.HandedOver, i, group);
        }

        if (i % 30 < 2)
        {
            yield return Of(
                isHeldOut ? FactKind.HeldOutConverted : FactKind.Converted, i,
                group) with { Code = 1, AmountFen = i % 1_000 * 100, About = $"c{i:x36}" };
        }
    }

    private static Fact Of(FactKind kind, int i, FactGroup group) =>
        Fact.Of(kind, $"c{i:x36}", 1_796_000_000_000 + i, Day + (i % 3), group) with { CustomerId = $"6222{i:D12}" };

    private static Fact Behaved(long i) => Fact.Of(
        FactKind.Behaved, $"event-{i:D12}", 1_796_000_000_000 + i, Day, new() { EventType = $"type{i % 40}", Channel = "app" }) with
    {
        CustomerId = $"6222{i % 1_000_000:D12}",
    };
}
