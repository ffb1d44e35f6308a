using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Deliveries;
using Zhice.SystemTests.Faults.Load;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults.Consents;

/// <summary>
/// Campaigns whose contacts wait for gateways: "summer" and, for half of the customers, "autumn" by SMS, "night" by push, where
/// quiet hours begin within minutes. All propose the deposit; the cap of two binds who would get three.
/// </summary>
internal sealed class ConsentCampaigns : IAsyncDisposable
{
    /// <summary>The cap of <see cref="SmallCatalog"/>.</summary>
    public const int Cap = 2;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(2);

    // As a catalogue says when none is named.
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private readonly SiloTargets _targets;
    private readonly CancellationTokenSource _ending = new();
    private Task _serving = Task.CompletedTask;

    private ConsentCampaigns(SiloTargets targets, int customers) =>
        (_targets, Customers) = (targets, [.. Enumerable.Range(0, customers).Select(static n => $"w{n}")]);

    /// <summary>Which there are, with their channels.</summary>
    public static IReadOnlyDictionary<string, string> Channels { get; } = new Dictionary<string, string> { ["summer"] = "sms", ["autumn"] = "sms", ["night"] = "push" };

    /// <summary>Who is in the audiences.</summary>
    public IReadOnlyList<string> Customers { get; }

    /// <summary>What is forbidden when.</summary>
    public ConsentLog Log { get; } = new();

    /// <summary>What the gateways of each channel got.</summary>
    public IReadOnlyList<HandOverStream> Gateways { get; } = [new("sms"), new("push")];

    /// <summary>When the quiet hours of push begin and end.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) QuietHours { get; private set; }

    /// <summary>What a stop is called in the log.</summary>
    public static string AboutStop(StopKind kind, string targetId) => $"stop/{kind}/{targetId}";

    /// <summary>What it is called in the log that all silos heed a stop, and their decisions with them.</summary>
    public static string AboutHeeded(string aboutStop) => $"heeded-{aboutStop}";

    /// <summary>Whether a campaign asks a customer: autumn those of 60 and more.</summary>
    public static bool Asks(string campaignId, int customer) => campaignId != "autumn" || AgeOf(customer) >= 60;

    /// <summary>The age of a customer.</summary>
    public static int AgeOf(int customer) => customer % 120;

    /// <summary>Prepares the bank, starts the campaigns and a gateway of each channel at each silo.</summary>
    /// <param name="targets">The silos.</param>
    /// <param name="customers">How many customers there are.</param>
    /// <param name="contactsPerSecond">How many each campaign contacts a second.</param>
    public static async Task<ConsentCampaigns> StartAsync(SiloTargets targets, int customers, int contactsPerSecond)
    {
        var campaigns = new ConsentCampaigns(targets, customers);
        await Parallel.ForEachAsync(Enumerable.Range(0, customers), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (n, cancellation) => await targets.Customers[n % targets.Count].UpdateTagsAsync(
            new UpdateTagsRequest { CustomerId = campaigns.Customers[n], Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = AgeOf(n) } } } }, cancellationToken: cancellation));
        await campaigns.ApplyCatalogAsync();
        foreach (var (id, channel) in Channels)
        {
            await campaigns.StartAsync(new()
            {
                CampaignId = id, DisplayName = id, Audience = id == "autumn" ? "tags.age >= 60" : "tags.age >= 0", ActionId = "deposit",
                PlacementIds = { channel == "sms" ? "sms_text" : "push_note" }, ContactsPerSecond = contactsPerSecond, OneOff = new(),
            });
        }

        // So few that some contacts always wait.
        var credits = Math.Clamp(customers / 1_000, 4, 100);
        campaigns._serving = Task.WhenAll(Enumerable.Range(0, targets.Count).SelectMany(silo => campaigns.Gateways.Select(
            gateway => gateway.RunAsync(() => targets.Deliveries[silo], credits, campaigns._ending.Token))));
        return campaigns;
    }

    /// <summary>A campaign as it is.</summary>
    public Task<CampaignStatus> StatusAsync(string campaignId) =>
        AskAsync(async silo => (await _targets.Campaigns[silo].GetCampaignAsync(new() { CampaignId = campaignId }, Within)).Status);

    /// <summary>Waits until a campaign has contacted so many.</summary>
    public Task UntilContactedAsync(string campaignId, long contacted) =>
        ClusterProcesses.UntilAsync(
            async () => (await StatusAsync(campaignId)) is { Runs: [{ } run, ..] } status && (run.Contacted > contacted || IsOver(status)),
            Longest);

    /// <summary>Waits until all campaigns are over, nothing of them waits, and what was under way when they ended is counted.</summary>
    public async Task UntilDeliveredAsync()
    {
        foreach (var id in Channels.Keys)
        {
            var status = new CampaignStatus();
            try
            {
                await ClusterProcesses.UntilAsync(
                    async () => (status = await StatusAsync(id)) is { Deliveries.Waiting.Count: 0 } && IsOver(status) && IsCounted(status),
                    Longest);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"{id} stays at {status}", late);
            }
        }

        // One that comes twice would come in this time.
        await Task.Delay(TimeSpan.FromSeconds(2));
        await _ending.CancelAsync();
        await _serving;
    }

    /// <summary>What each customer was judged to be by a campaign.</summary>
    public async Task<Dictionary<string, CampaignEvaluation>> EvaluationsAsync(string campaignId)
    {
        var all = new Dictionary<string, CampaignEvaluation>(StringComparer.Ordinal);
        for (var token = ""; ;)
        {
            var page = await AskAsync(async silo =>
                await _targets.Campaigns[silo].ListCampaignEvaluationsAsync(
                    new() { CampaignId = campaignId, PageSize = 1_000, PageToken = token }, Within));
            foreach (var evaluation in page.Evaluations)
            {
                all[evaluation.CustomerId] = evaluation;
            }

            token = page.NextPageToken;
            if (token.Length == 0)
            {
                return all;
            }
        }
    }

    /// <summary>How many customers an expression holds for.</summary>
    public Task<long> CountAsync(string expression) =>
        AskAsync(async silo =>
            (await _targets.Audiences[silo].CountAudienceAsync(new() { Audience = new() { Expression = expression } }, Within)).Customers);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _serving;
        _ending.Dispose();
    }

    // A call that a killed silo or a broken connection never answers is made again.
    private static CallOptions Within => new(deadline: DateTime.UtcNow.AddSeconds(30));

    private static bool IsCounted(CampaignStatus status) => status.Runs[0].Contacted == EndsOf(status).Sum(static each => each.Count);

    /// <summary>What became of a campaign's contacts, each once.</summary>
    public static IEnumerable<CampaignOutcomeCount> EndsOf(CampaignStatus status) =>
        status.Deliveries.Outcomes.Where(static each => each.Outcome is < DeliveryOutcome.Delivered or >= DeliveryOutcome.VoidConsent);

    private static bool IsOver(CampaignStatus status) => status.State is CampaignState.Finished or CampaignState.Cancelled;

    private async Task ApplyCatalogAsync()
    {
        var now = ConsentLog.Now.AddSeconds(10);
        var from = now.AddTicks(TimeSpan.TicksPerMinute - (now.Ticks % TimeSpan.TicksPerMinute));
        QuietHours = (from, from + Quiet);
        var catalog = SmallCatalog.Create();
        catalog.Channels.Add(new Channel { ChannelId = "push", DisplayName = "Push", QuietHours = new() { From = LocalTime(from), Until = LocalTime(from + Quiet) } });
        catalog.Placements.Add(new Placement { PlacementId = "push_note", DisplayName = "Note", ChannelId = "push", CountAt = CountAt.Send, DefaultLimit = 1 });
        catalog.Actions.Single(static action => action.ActionId == "deposit").Treatments[0].PlacementIds.Add("push_note");
        await _targets.Catalog[0].ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "words" });
        foreach (var silo in _targets.Recommendations)
        {
            await ClusterProcesses.UntilAsync(
                async () =>
                    (
                        await silo.RecommendAsync(
                            new RecommendRequest { CustomerId = "probe", PlacementId = "push_note", DryRun = true })).DecisionId.Length > 0);
        }

        static string LocalTime(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    private async Task StartAsync(Campaign campaign)
    {
        var etag = (await _targets.Campaigns[0].SaveCampaignAsync(new() { Campaign = campaign }, By.Li)).Status.Etag;
        await _targets.Campaigns[0].ApproveCampaignAsync(new() { CampaignId = campaign.CampaignId, Etag = etag }, By.Wang);
        await _targets.Campaigns[0].ScheduleCampaignAsync(new() { CampaignId = campaign.CampaignId }, By.Wang);
    }

    private async Task<T> AskAsync<T>(Func<int, Task<T>> call)
    {
        T? answer = default;
        await ClusterProcesses.UntilAsync(
            async () =>
            {
                answer = await call(_targets.Pick(Random.Shared.Next(_targets.Count)));
                return true;
            },
            TimeSpan.FromMinutes(2));
        return answer!;
    }
}
