using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Bench.Cold;
using Zhice.Bench.Customers;
using Zhice.Bench.Running;
using Zhice.Domain.Measurement.Facts;
using Zhice.Postgres;
using Zhice.Storage.Postgres;
using Zhice.TestBank;
using Zhice.V1;
using Fact = Zhice.Domain.Measurement.Facts.Fact;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;

namespace Zhice.Bench.Audiences;

/// <summary>How long AUM, churn and activity of a campaign take to compare, and what the silo needs of memory for it.</summary>
internal static class ValueCommand
{
    private const int Batch = 10_000;
    private const long DayMs = 86_400_000;
    private const string Campaign = "bench";

    public static Command Create()
    {
        var contacts = new Option<int>("--contacts") { Description = "How many were contacted or held out, each with a state of 60 tags.", DefaultValueFactory = _ => 1_000_000 };
        var events = new Option<int>("--events") { Description = "How many events they have.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command("value", "Compares MAU, DAU, AUM and churn of a campaign by GetValue of the real silo on a real PostgreSQL: at most 10 s.") { contacts, events };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(contacts), parsed.GetValue(events)));
        return command;
    }

    private static async Task RunAsync(int contacts, int events)
    {
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        var store = new PostgresStore(await server.CreateDatabaseAsync(), "bench");
        await PostgresDatabase.MigrateAsync(store, default);
        await CustomerCopy.FillAsync(store, contacts);
        await FillAsync(store, contacts, events);
        await using var silo = await ColdSilo.StartAsync(store, [], SixtyTags.Definition);
        using var channel = GrpcChannel.ForAddress(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ColdSilo.GrpcPort}"));
        var draft = new Campaign { CampaignId = Campaign, Audience = "true", ActionId = "deposit", PlacementIds = { "push" }, Holdout = 0.1, OneOff = new() };
        await new CampaignService.CampaignServiceClient(channel).SaveCampaignAsync(new() { Campaign = draft }, By.Person("bench"));
        var measurement = new MeasurementService.MeasurementServiceClient(channel);
        var request = new GetValueRequest { CampaignId = Campaign, Days = 7, AumTagId = "t9", ChurnCondition = "tags.t1 == true", By = { ReportDimension.Tier } };
        for (var tries = 0; tries < 4; tries++)
        {
            var (clock, before) = (Stopwatch.StartNew(), silo.ResidentBytes);
            var answer = await measurement.GetValueAsync(request);
            var what = tries == 0 ? "first, the index is read" : "compared";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {answer.Lines.Sum(static line => line.Contacted + line.HeldOut):N0} customers in {clock.Elapsed.TotalSeconds:0.0} s, memory {before / 1e6:N0} to {silo.ResidentBytes / 1e6:N0} MB; the bar is 10 s"));
        }

        await silo.StopAsync();
    }

    private static async Task FillAsync(PostgresStore store, int contacts, int events)
    {
        await using var backend = await PostgresBackend.OpenAsync(store, NullLogger.Instance);
        var (nowMs, view) = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), new FactGroup { EventType = "view" });
        FactGroup[] tiers = [.. Enumerable.Range(0, 3).Select(static tier => new FactGroup { Campaign = Campaign, Tier = $"t{tier}" })];
        foreach (var some in Enumerable.Range(0, contacts).Chunk(Batch))
        {
            await backend.Facts.AppendAsync(Guid.NewGuid(), [.. some.Select(i => Of(i % 10 == 0 ? FactKind.HeldOut : FactKind.Contacted, i, nowMs - (10 * DayMs), tiers[i % 3]))]);
        }

        foreach (var some in Enumerable.Range(0, events).Chunk(Batch))
        {
            await backend.Facts.AppendAsync(Guid.NewGuid(), [.. some.Select(i => Of(FactKind.Behaved, (int)(i * 7_919L % contacts), nowMs - (9 * DayMs) + i, view))]);
        }

        Fact Of(FactKind kind, int customer, long atMs, FactGroup group) =>
            Fact.Of(kind, $"{kind} {customer} {atMs}", atMs, (int)(nowMs / DayMs), group) with { CustomerId = ModelCustomer.IdOf(customer) };
    }
}
