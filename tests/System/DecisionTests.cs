using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>What a decision heeds beside rules and caps, and how it is looked into: called from outside, on both stores.</summary>
public sealed class DecisionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_logged_decision_is_explained_and_made_again_after_a_restart(bool isOnPostgres)
    {
        using var folder = new DataFolder();
        string[] settings = ["--Zhice:DecisionLogSample=1", "--Zhice:Sample=false", .. await StoreAsync(isOnPostgres)];
        string id;
        await using (var silo = await SiloProcess.StartAsync(folder.Path, settings))
        {
            await silo.Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = SmallCatalog.Create(), RequestId = "small" });
            id = (await silo.Recommendations.RecommendAsync(new RecommendRequest { CustomerId = "020235", PlacementId = "sms_text", RequestId = "one" })).DecisionId;
            await ClusterProcesses.UntilAsync(() => IsLoggedAsync(silo, id));
            Assert.Equal(0, await silo.StopAsync());
        }

        await using var again = await SiloProcess.StartAsync(folder.Path, settings);

        var explained = (await again.Recommendations.GetDecisionAsync(new() { CustomerId = "020235", DecisionId = id })).Decision;
        Assert.Equal(["deposit", "fund"], explained.Verdicts.Select(verdict => verdict.ActionId));
        var replayed = await again.Recommendations.ReplayDecisionAsync(new() { CustomerId = "020235", DecisionId = id });
        Assert.True(replayed.Identical);
        var check = explained.Verdicts[1].Checks.Single(check => check.RuleId == "adult");
        Assert.Equal((ReasonCode.Ineligible, false, "tags.age"), (check.Code, check.Passed, check.Inputs[0].Name));
        Assert.False(check.Inputs[0].HasValue);
        foreach (var verdict in explained.Verdicts)
        {
            // Models as they are now, which have learned of the contact since.
            verdict.Checks.Clear();
            verdict.Contributions.Clear();
            verdict.ContributionsModelVersion = 0;

            // Drawn when it was logged; a replay decides once.
            verdict.ShownProbability = 0;
        }

        Assert.Equal(explained, replayed.Replayed);
    }

    [Fact, Trait("Category", "Quick")]
    public async Task A_dry_run_explains_itself_and_counts_towards_nothing()
    {
        await using var bank = await StartAsync(static _ => { });
        var request = new RecommendRequest { CustomerId = "dry", PlacementId = "sms_text", DryRun = true };
        for (var i = 0; i < 3; i++)
        {
            var answer = await bank.Silo.Recommendations.RecommendAsync(request);
            Assert.Equal(["deposit"], answer.Recommendations.Select(each => each.ActionId));
            var fund = answer.Explanation.Verdicts.Single(verdict => verdict.ActionId == "fund");
            Assert.Equal(ReasonCode.Ineligible, fund.Reason.Code);
            Assert.Equal(fund.Reason.RuleId, fund.Checks.First(static check => !check.Passed).RuleId);
        }
    }

    // A message of the plain type may be answered before gRPC reads it; one of the other type never is.
    [Fact, Trait("Category", "Quick")]
    public async Task Every_message_is_answered_alike_by_the_direct_way_and_by_the_usual_one()
    {
        await using var bank = await StartAsync(static catalog => catalog.Placements[0].Fallback = new() { Title = "Welcome" });
        var known = new RecommendRequest { CustomerId = "eve", PlacementId = "app_home" };
        await bank.Silo.Customers.UpdateTagsAsync(new UpdateTagsRequest
        {
            CustomerId = "eve", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 40 } } },
        });
        using var http = new HttpClient { BaseAddress = new(bank.Silo.GrpcAddress) };
        byte[] plain = Frame(known);
        byte[] asked = Frame(new RecommendRequest(known) { Limit = 1, Context = { ["age"] = new Value { IntegerValue = 12 } } });
        byte[][] bodies =
        [
            plain, asked, Frame(new RecommendRequest(known) { NonPersonalized = true }), Frame(new RecommendRequest(known) { Limit = 51 }),
            Frame(new RecommendRequest(known) { PlacementId = "app_hom" }), Frame(new RecommendRequest(known) { CustomerId = "" }),
            Frame(new RecommendRequest(known) { Context = { ["agee"] = new Value { IntegerValue = 12 } } }),
            [.. plain, .. plain], [.. plain[..^1]], [],
            [0, 0, 0, 0, 3, 0x0a, 0x7f, 0x41], [1, .. plain[1..]],
            [7, .. plain[1..]], [0, 0, 0, 0, 17, .. plain[5..], 0x80],
            [0, 0, 0, 0, (byte)(plain.Length - 3), .. plain[5..], 0x78, 0x01], [0, 0xff, 0xff, 0xff, 0xff, .. plain[5..]],
        ];
        var answers = new HashSet<string>();
        foreach (var (number, body) in bodies.Index())
        {
            // The first call of a customer in a while is never a direct one.
            await AnswerAsync(http, "application/grpc", plain);
            var direct = await AnswerAsync(http, "application/grpc", body);
            var usual = await AnswerAsync(http, "application/grpc+proto", body);
            Assert.True(direct == usual, $"body {number}: {direct}, and {usual}");
            answers.Add(direct);
        }

        Assert.InRange(answers.Count, 10, bodies.Length);
    }

    [Fact]
    public async Task A_decision_out_of_the_log_is_explained_until_the_customer_changes()
    {
        await using var bank = await StartAsync(static catalog => catalog.Placements[0].Exploration = Exploration.Thompson);
        var answer = await bank.Silo.Recommendations.RecommendAsync(new RecommendRequest { CustomerId = "eve", PlacementId = "app_home" });
        Assert.All(answer.Recommendations, static offer => Assert.NotEqual(1, offer.Exploration));
        Assert.All(await VerdictsAsync(), static verdict => Assert.NotEmpty(verdict.Checks));

        await bank.Silo.Customers.UpdateTagsAsync(new UpdateTagsRequest
        {
            CustomerId = "eve", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 40 } } },
        });
        Assert.All(await VerdictsAsync(), static verdict => Assert.Empty(verdict.Checks));

        async Task<IEnumerable<ActionVerdict>> VerdictsAsync() => (await bank.Silo.Recommendations.GetDecisionAsync(
            new GetDecisionRequest { CustomerId = "eve", DecisionId = answer.DecisionId })).Decision.Verdicts;
    }

    [Fact]
    public async Task A_placement_with_nothing_to_offer_shows_its_fallback_and_holdouts_and_arms_say_so()
    {
        await using var bank = await StartAsync(static catalog =>
        {
            catalog.Placements[0].Fallback = new Content { Title = "Welcome" };
            catalog.ExperimentLayers.Add(new ExperimentLayer
            {
                LayerId = "all",
                Experiments = { new Experiment { ExperimentId = "wording", Share = 1, Arms = { new Arm { ArmId = "plain" }, new Arm { ArmId = "warm" } } } },
            });
            catalog.Actions[0].OnlyForArm = new ArmRef { ExperimentId = "wording", ArmId = "warm" };
            catalog.Actions[1].OnlyForArm = new ArmRef { ExperimentId = "wording", ArmId = "warm" };
        });

        var arms = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            var request = new RecommendRequest { CustomerId = $"c{i}", PlacementId = "app_home", LatencyBudget = new() { Seconds = 10 } };
            request.Context["age"] = new Value { IntegerValue = 40 };
            var answer = await bank.Silo.Recommendations.RecommendAsync(request);
            var arm = Assert.Single(answer.Arms).ArmId;
            arms.Add(arm);
            Assert.Equal(arm == "warm" ? 2 : 0, answer.Recommendations.Count);
            Assert.Equal(arm == "warm" ? null : "Welcome", answer.Fallback?.Title);
        }

        Assert.Equal(["plain", "warm"], arms.Order());
    }

    [Fact]
    public async Task Who_refuses_personalization_gets_what_a_stranger_gets_until_it_is_granted_again()
    {
        await using var bank = await StartAsync(static _ => { });
        await bank.Silo.Customers.UpdateTagsAsync(new UpdateTagsRequest
        {
            CustomerId = "ada", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 40 } } },
        });

        Assert.Equal(["fund", "deposit"], await OffersAsync());
        Assert.Equal(["deposit"], await OffersAsync(nonPersonalized: true));
        await ConsentAsync(granted: false);
        Assert.Equal(["deposit"], await OffersAsync());
        await ConsentAsync(granted: true);
        Assert.Equal(["fund", "deposit"], await OffersAsync());

        async Task ConsentAsync(bool granted) => await bank.Silo.Customers.UpdateConsentAsync(
            new UpdateConsentRequest { CustomerId = "ada", Purpose = Purpose.Personalization, Granted = granted });
        async Task<IEnumerable<string>> OffersAsync(bool nonPersonalized = false) => (await bank.Silo.Recommendations.RecommendAsync(
            new RecommendRequest { CustomerId = "ada", PlacementId = "app_home", NonPersonalized = nonPersonalized })).Recommendations.Select(each => each.ActionId);
    }

    [Fact]
    public async Task A_simulation_counts_what_a_draft_would_say_and_changes_nothing()
    {
        await using var bank = await StartAsync(static _ => { });
        for (var age = 10; age < 30; age++)
        {
            await bank.Silo.Customers.UpdateTagsAsync(new UpdateTagsRequest
            {
                CustomerId = $"c{age}", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = age } } },
            });
        }

        var draft = SmallCatalog.Create();
        draft.Actions[0].Eligibility[0].Expression = "tags.age >= 21";
        var result = await SimulateAsync(
            bank.Silo, new SimulateRequest { Draft = draft, Audience = "tags.age >= 15", PlacementIds = { "app_home" } });

        Assert.Equal((20, 15), (result.Customers, result.Matched));
        var home = Assert.Single(result.Placements);
        var fund = home.Actions.Single(action => action.ActionId == "fund");
        Assert.Equal((12, 9, 3), (fund.Offered.Now, fund.Offered.Draft, home.Changed));
        var blocked = Assert.Single(fund.Blocked);
        Assert.Equal(
            (ReasonCode.Ineligible, "adult", 3, 6), (blocked.Code, blocked.RuleId, blocked.Customers.Now, blocked.Customers.Draft));
        Assert.Equal(("fund", "deposit", 3), (home.Moves[0].FromActionId, home.Moves[0].ToActionId, home.Moves[0].Customers));
        Assert.Equal(1, (await bank.Silo.Catalog.GetCatalogAsync(new())).Version.Version);

        draft.Actions[0].Eligibility[0].Expression = "tags.agge >= 21";
        var fault = await Assert.ThrowsAsync<RpcException>(() => SimulateAsync(bank.Silo, new SimulateRequest { Draft = draft }));
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
    }

    private static async Task<SimulationResult> SimulateAsync(SiloProcess silo, SimulateRequest request)
    {
        using var call = silo.Simulations.Simulate(request);
        await foreach (var news in call.ResponseStream.ReadAllAsync())
        {
            if (news.Result is { } result)
            {
                return result;
            }
        }

        throw new InvalidOperationException("There was no result.");
    }

    private static async Task<bool> IsLoggedAsync(SiloProcess silo, string id)
    {
        try
        {
            return (await silo.Recommendations.ReplayDecisionAsync(new() { CustomerId = "020235", DecisionId = id })).Identical;
        }
        catch (RpcException fault) when (fault.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task<string[]> StoreAsync(bool isOnPostgres) => isOnPostgres
        ? ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={await (await PostgresServer.SharedAsync()).CreateDatabaseAsync()}"]
        : [];

    private static byte[] Frame(RecommendRequest request)
    {
        var message = request.ToByteArray();
        return [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];
    }

    // Before the rest of an answer stand the five bytes of its frame and its decision's id.
    private const int AnswerStart = 5 + 2 + 33;

    // The status and the answer but for its decision's id.
    private static async Task<string> AnswerAsync(HttpClient http, string type, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/zhice.v1.RecommendationService/Recommend")
        {
            Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new(type);
        request.Headers.TE.Add(new("trailers"));
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var message = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(message.Length > 0, message.Length > AnswerStart);
        var rest = message.Length > 0 ? Convert.ToHexString(message.AsSpan(AnswerStart)) : "";
        return $"{Find("grpc-status")} {Find("grpc-message")} {message.Length} {rest}";

        string Find(string name) => string.Join(
            ",", answer.TrailingHeaders.Concat(answer.Headers).Where(each => each.Key == name).SelectMany(static each => each.Value));
    }

    private static async Task<Bank> StartAsync(Action<Catalog> change)
    {
        var folder = new DataFolder();
        var silo = await SiloProcess.StartAsync(folder.Path, "--Zhice:Sample=false", "--Zhice:DecisionLogSample=0");
        var catalog = SmallCatalog.Create();
        change(catalog);
        await silo.Catalog.ApplyCatalogAsync(new ApplyCatalogRequest { Catalog = catalog, RequestId = "small" });
        return new(silo, folder);
    }

    private sealed record Bank(SiloProcess Silo, DataFolder Folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Silo.DisposeAsync();
            Folder.Dispose();
        }
    }
}
