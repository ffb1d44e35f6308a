using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>Actions with a stock, from outside, on real silos: all of it is given out, and not one unit more.</summary>
public sealed class StockTests
{
    [Fact, Trait("Category", "Quick")]
    public async Task Units_are_kept_for_those_who_were_offered_one_spent_by_acceptance_and_given_back_by_dismissal()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path, "--Zhice:DecisionLogSample=1");
        await ApplyAsync(silo, new Stock { Units = 5, HeldFor = Duration.FromTimeSpan(TimeSpan.FromHours(1)) });
        await UntilAsync(async () => (await LevelAsync(silo)).Units == 5);
        var customers = Enumerable.Range(0, 20).Select(static n => $"c{n}").ToArray();

        var first = await Task.WhenAll(customers.Select(customer => OfferedAsync(silo, customer)));
        Assert.Equal(5, first.Count(static offered => offered is not null));
        Assert.Equal((5, 0, 5), Figures(await LevelAsync(silo)));

        // Whoever has one is offered it again; whoever has none is told why.
        var second = await Task.WhenAll(customers.Select(customer => OfferedAsync(silo, customer)));
        Assert.Equal(first.Select(static offered => offered is null), second.Select(static offered => offered is null));
        Assert.Equal(ReasonCode.OutOfStock, await WhyNotAsync(silo, customers[Array.IndexOf(first, null)]));

        var holders = customers.Where((_, place) => first[place] is not null).ToArray();
        await AnswerAsync(silo, holders[0], second[Array.IndexOf(customers, holders[0])]!, FeedbackType.Acceptance);
        await AnswerAsync(silo, holders[1], second[Array.IndexOf(customers, holders[1])]!, FeedbackType.Dismissal);
        await UntilAsync(async () => Figures(await LevelAsync(silo)) is (5, 1, 3));

        // The unit that was given back goes to somebody else, also after the silo was killed.
        await silo.KillAsync();
        await using var again = await SiloProcess.StartAsync(folder.Path, "--Zhice:Sample=false");
        var third = new ConcurrentBag<string>();
        await UntilAsync(async () =>
        {
            foreach (var customer in customers.Except(holders).Where(customer => !third.Contains(customer)))
            {
                if (await OfferedAsync(again, customer) is not null)
                {
                    third.Add(customer);
                }
            }

            return !third.IsEmpty;
        });
        Assert.Single(third);
        Assert.Equal((5, 1, 4), Figures(await LevelAsync(again)));
    }

    [Fact]
    public async Task Three_silos_give_out_every_unit_once_though_one_is_killed_with_its_lease()
    {
        const int Units = 150;
        const int Customers = 600;
        await using var server = await PostgresServer.StartAsync("synchronous_commit=on");
        await using var cluster = await ClusterProcesses.StartSmallAsync(3, await server.CreateDatabaseAsync());
        await ApplyAsync(
            cluster[0],
            new Stock { BudgetFen = (Units * 30) + 29, UnitCostFen = 30, HeldFor = Duration.FromTimeSpan(TimeSpan.FromDays(1)) });
        foreach (var silo in cluster.Silos)
        {
            await UntilAsync(async () => (await LevelAsync(silo)).Units == Units);
        }

        var holders = new ConcurrentDictionary<string, bool>();
        await AskAllAsync(cluster, Enumerable.Range(0, 100), holders);
        await cluster.KillAsync(2);
        await AskAllAsync(cluster, Enumerable.Range(50, Customers - 50), holders);
        Assert.InRange(holders.Count, 1, Units);
        await cluster.StartAgainAsync(2);

        // What the dead silo had leased comes back, and finds its buyers; nothing is ever sold twice.
        await UntilAsync(
            async () =>
            {
                await AskAllAsync(cluster, Enumerable.Range(0, Customers), holders);
                return holders.Count >= Units;
            },
            TimeSpan.FromMinutes(3));
        await AskAllAsync(cluster, Enumerable.Range(0, Customers), holders);

        Assert.Equal(Units, holders.Count);
        Assert.Equal((Units, 0, Units), Figures(await LevelAsync(cluster[1])));
    }

    [Fact]
    public async Task A_campaign_stops_contacting_when_its_action_has_run_out_and_a_dry_run_says_so_before()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await ApplyAsync(silo, new Stock { Units = 40 });
        await UntilAsync(async () => (await LevelAsync(silo)).Units == 40);
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), async (n, cancellation) => await silo.Customers.UpdateTagsAsync(
            new UpdateTagsRequest { CustomerId = $"c{n}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 30 } } } }, cancellationToken: cancellation));
        var campaign = new Campaign
        {
            CampaignId = "cards", DisplayName = "Cards", Audience = "tags.age >= 18", ActionId = "deposit", PlacementIds = { "sms_text" },
            OneOff = new(),
        };
        await silo.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Li);

        var rehearsed = new CampaignRun();
        using (var rehearsal = silo.Campaigns.RehearseCampaign(new() { Campaign = campaign }))
        {
            while (await rehearsal.ResponseStream.MoveNext(CancellationToken.None))
            {
                rehearsed = rehearsal.ResponseStream.Current.Run;
            }
        }

        var etag = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "cards" })).Status.Etag;
        await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = "cards", Etag = etag }, By.Wang);
        await silo.Campaigns.ScheduleCampaignAsync(new() { CampaignId = "cards" }, By.Wang);
        var status = new CampaignStatus();
        await UntilAsync(async () =>
            (status = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "cards" })).Status).State == CampaignState.Finished);

        foreach (var run in (CampaignRun[])[rehearsed, status.Runs[0]])
        {
            Assert.Equal((100, 40), (run.Matched, run.Contacted));
            var blocked = Assert.Single(run.Blocked);
            Assert.Equal((ReasonCode.OutOfStock, 60), (blocked.Reason.Code, blocked.Customers));
        }

        Assert.Equal((40, 40, 0), Figures(await LevelAsync(silo)));
    }

    [Fact]
    public async Task A_stock_that_cannot_be_is_refused_with_its_path()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        foreach (var (stock, path) in new (Stock, string)[]
        {
            (new(), "stock"), (new() { Units = -1 }, "stock.units"), (new() { BudgetFen = 100 }, "stock.unit_cost_fen"),
            (new() { Units = 1, UnitCostFen = 5 }, "stock.unit_cost_fen"),
            (new() { Units = 1, HeldFor = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) }, "stock.held_for"),
        })
        {
            var fault = await Assert.ThrowsAsync<RpcException>(() => ApplyAsync(silo, stock));
            Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
            Assert.Contains(
                $"actions[1].{path}",
                string.Join(
                    ' ', fault.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Select(static each => each.Field)),
                StringComparison.Ordinal);
        }
    }

    // As a back end does: the same request id until there is an answer, on a silo that lives.
    private static async Task AskAllAsync(
        ClusterProcesses cluster, IEnumerable<int> customers, ConcurrentDictionary<string, bool> holders) =>
        await Parallel.ForEachAsync(customers, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
        {
            var request = Request($"c{n}");
            for (var tries = 0; ; tries++)
            {
                try
                {
                    if (Find(
                        await cluster[(n + tries) % 2].Recommendations.RecommendAsync(
                            request, cancellationToken: CancellationToken.None)) is not null)
                    {
                        holders[$"c{n}"] = true;
                    }

                    return;
                }
                catch (RpcException fault) when (tries < 100 && fault.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted or StatusCode.ResourceExhausted)
                {
                    await Task.Delay(200, CancellationToken.None);
                }
            }
        });

    private static async Task ApplyAsync(SiloProcess silo, Stock stock)
    {
        var catalog = TestBank.SmallCatalog.Create();
        catalog.Actions.Single(static action => action.ActionId == "deposit").Stock = stock;
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = Guid.NewGuid().ToString("n") });
    }

    private static async Task<StockLevel> LevelAsync(SiloProcess silo) =>
        (await silo.Catalog.ListStockAsync(new())).Levels.SingleOrDefault(static level => level.ActionId == "deposit") ?? new();

    private static (long Units, long Spent, long Held) Figures(StockLevel level) => (level.Units, level.Spent, level.Held);

    private static async Task<string?> OfferedAsync(SiloProcess silo, string customer) =>
        Find(await silo.Recommendations.RecommendAsync(Request(customer)));

    // Why a customer is not offered it, by the decision log: there it is the same when it is made again, whatever the stock is then.
    private static async Task<ReasonCode> WhyNotAsync(SiloProcess silo, string customer)
    {
        var id = (await silo.Recommendations.RecommendAsync(Request(customer))).DecisionId;
        var replayed = new ReplayDecisionResponse();
        await UntilAsync(async () =>
        {
            try
            {
                replayed = await silo.Recommendations.ReplayDecisionAsync(new() { CustomerId = customer, DecisionId = id });
                return true;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.NotFound)
            {
                return false;
            }
        });
        Assert.True(replayed.Identical);
        var decision = (await silo.Recommendations.GetDecisionAsync(new() { CustomerId = customer, DecisionId = id })).Decision;
        var verdict = decision.Verdicts.Single(static verdict => verdict.ActionId == "deposit");
        Assert.Contains(verdict.Checks, static check => check.Code == ReasonCode.OutOfStock && !check.Passed);
        return verdict.Reason.Code;
    }

    private static RecommendRequest Request(string customer) =>
        new() { CustomerId = customer, PlacementId = "app_home", RequestId = Guid.NewGuid().ToString("n") };

    private static string? Find(RecommendResponse answer) =>
        answer.Recommendations.Any(static each => each.ActionId == "deposit") ? answer.DecisionId : null;

    private static async Task AnswerAsync(
        SiloProcess silo, string customer, string decisionId, FeedbackType answer) => await silo.Events.RecordEventsAsync(new()
    {
        Events =
        {
            new Event
            {
                EventId = Guid.NewGuid().ToString("n"), CustomerId = customer,
                Feedback = new Feedback { DecisionId = decisionId, ActionId = "deposit", Type = answer },
            },
        },
    });

    private static Task UntilAsync(Func<Task<bool>> condition, TimeSpan? most = null) =>
        ClusterProcesses.UntilAsync(condition, most);
}
