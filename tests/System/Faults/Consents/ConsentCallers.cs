using Grpc.Core;
using Zhice.SystemTests.Faults.Load;

namespace Zhice.SystemTests.Faults.Consents;

/// <summary>
/// Callers that refuse and allow channels, set and lift stops, pause and resume a campaign, over all silos. A call that fails is
/// repeated until it is acknowledged; the log has both instants.
/// </summary>
internal sealed class ConsentCallers : IAsyncDisposable
{
    private const int Refusing = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenRepeats = TimeSpan.FromMilliseconds(100);

    // As the contract says of a pause.
    private static readonly TimeSpan PausedWithin = TimeSpan.FromSeconds(3);
    private static readonly (StopKind Kind, string TargetId)[] Stops =
    [
        (StopKind.Channel, "sms"), (StopKind.Marketing, ""), (StopKind.Action, "deposit"), (StopKind.Campaign, "summer"),
        (StopKind.Channel, "push"),
    ];

    private readonly SiloTargets _targets;
    private readonly ConsentLog _log;
    private readonly IReadOnlyList<string> _customers;
    private readonly TimeSpan _betweenRefusals;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly Task _running;
    private int _unacknowledged;
    private int _heededLate;

    /// <summary>Begins to call.</summary>
    /// <param name="targets">The silos.</param>
    /// <param name="log">Where each word is noted.</param>
    /// <param name="customers">Who refuse and allow.</param>
    /// <param name="refusalsPerSecond">How many words customers say a second, about.</param>
    /// <param name="seed">What is drawn from.</param>
    public ConsentCallers(SiloTargets targets, ConsentLog log, IReadOnlyList<string> customers, int refusalsPerSecond, int seed)
    {
        (_targets, _log, _customers, _betweenRefusals) =
            (targets, log, customers, TimeSpan.FromSeconds((double)Refusing / refusalsPerSecond));
        _running = Task.WhenAll(
        [
            .. Enumerable.Range(0, Refusing).Select(caller => Task.Run(() => RefuseAsync(caller, new Random(seed + caller)))),
            Task.Run(() => StopAsync(new Random(seed + Refusing))),
            Task.Run(() => PauseAsync(new Random(seed + Refusing + 1))),
        ]);
    }

    /// <summary>Which errors the callers were given.</summary>
    public FaultTally Faults { get; } = new();

    /// <summary>
    /// How many answers said that some silo did not heed them yet. A stop holds at each hand-over from its answer on, also there:
    /// that silo reads what is stopped before it hands over.
    /// </summary>
    public int AppliedLate => _heededLate;

    /// <summary>Says no new word, lifts what is stopped, and waits until all is acknowledged.</summary>
    public async Task DrainAsync(TimeSpan longest)
    {
        await _ending.CancelAsync();
        _givingUp.CancelAfter(longest);
        await _running;

        // What a call that was given up did later: stops that nobody knows of, and a pause.
        await RepeatAsync(async target =>
        {
            foreach (var stop in (await _targets.Stops[target].ListStopsAsync(new(), Within)).Stops)
            {
                await LiftAsync(target, stop);
            }
        });
        await RepeatAsync(target => ResumeAsync(target, ""));
        if (_unacknowledged > 0)
        {
            throw new TimeoutException($"{_unacknowledged} words were still not acknowledged after {longest}: {Faults}.");
        }
    }

    /// <summary>Makes void what waits of a campaign, which goes on.</summary>
    public Task<bool> RecallAsync(string campaignId) => _log.SayAsync($"recall/{campaignId}", isAllowed: false, () => RepeatAsync(
        async target =>
            await _targets.Campaigns[target].RecallCampaignAsync(
                new() { CampaignId = campaignId, Comment = "wrong rate" }, Within.WithHeaders(By.Wang))));

    /// <summary>Ends a campaign for good.</summary>
    public Task<bool> CancelAsync(string campaignId) => _log.SayAsync($"cancel/{campaignId}", isAllowed: false, () => RepeatAsync(
        async target =>
            await _targets.Campaigns[target].CancelCampaignAsync(
                new() { CampaignId = campaignId, Comment = "enough" }, Within.WithHeaders(By.Wang))));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _givingUp.CancelAsync();
        await _running;
        _ending.Dispose();
        _givingUp.Dispose();
    }

    private static CallOptions Within => new(deadline: DateTime.UtcNow + Deadline);

    // Each caller has customers of its own: of one customer there is one word at a time.
    private async Task RefuseAsync(int caller, Random random)
    {
        var refused = new HashSet<string>(StringComparer.Ordinal);
        for (var call = 0; !_ending.IsCancellationRequested; call++)
        {
            var customer = _customers[(random.Next(_customers.Count / Refusing) * Refusing) + caller];
            var channel = random.Next(10) switch { < 2 => "", < 7 => "sms", _ => "push" };
            if (refused.Count > 0 && random.Next(3) == 0)
            {
                var again = refused.ElementAt(random.Next(refused.Count));
                (channel, customer) =
                    (again[..again.IndexOf('/', StringComparison.Ordinal)], again[(again.IndexOf('/', StringComparison.Ordinal) + 1)..]);
            }

            var about = $"{channel}/{customer}";
            var isGranted = refused.Contains(about);
            var request = new UpdateConsentRequest
            {
                CustomerId = customer, ChannelId = channel, Purpose = Purpose.Marketing, Granted = isGranted,
                RequestId = $"word-{caller}-{call}",
            };
            await _log.SayAsync(
                $"consent-{about}", isGranted, () => RepeatAsync(async target => await _targets.Customers[target].UpdateConsentAsync(request, Within)));
            if (!refused.Remove(about))
            {
                refused.Add(about);
            }

            await PauseAsync(_betweenRefusals);
        }
    }

    private async Task StopAsync(Random random)
    {
        while (!_ending.IsCancellationRequested)
        {
            await PauseAsync(TimeSpan.FromSeconds(1 + (2 * random.NextDouble())));
            var (kind, target) = Stops[random.Next(Stops.Length)];
            var about = ConsentCampaigns.AboutStop(kind, target);
            var (isHeeded, set) = (false, new Stop());
            await _log.SayAsync(about, isAllowed: false, () => RepeatAsync(async silo =>
            {
                var answer = await _targets.Stops[silo].SetStopAsync(
                    new() { Kind = kind, TargetId = target, Comment = "provider sends twice" }, Within.WithHeaders(By.Wang));
                (isHeeded, set) = (IsHeeded(answer.AppliedSilos, answer.AllSilos), answer.Stop);
            }));
            if (isHeeded)
            {
                await _log.SayAsync(ConsentCampaigns.AboutHeeded(about), isAllowed: false, static () => Task.FromResult(true));
            }

            await PauseAsync(TimeSpan.FromSeconds(1 + random.NextDouble()));
            await Task.WhenAll(
                LiftAsync(about, set),
                isHeeded
                    ? _log.SayAsync(ConsentCampaigns.AboutHeeded(about), isAllowed: true, static () => Task.FromResult(true))
                    : Task.CompletedTask);
        }
    }

    // Decisions are stopped until every silo heeds that they are not.
    private async Task LiftAsync(string about, Stop stop) => await _log.SayAsync(about, isAllowed: true, async () =>
    {
        for (var isHeeded = false; !isHeeded && !_givingUp.IsCancellationRequested;)
        {
            await RepeatAsync(async target => isHeeded = await LiftAsync(target, stop));
        }

        return true;
    });

    // A lift that a frozen silo executes as it thaws must lift no later stop.
    private async Task<bool> LiftAsync(int target, Stop stop)
    {
        var answer = await _targets.Stops[target].LiftStopAsync(
            new() { Kind = stop.Kind, TargetId = stop.TargetId, SetTime = stop.Time }, Within.WithHeaders(By.Wang));
        return IsHeeded(answer.AppliedSilos, answer.AllSilos);
    }

    private async Task ResumeAsync(int target, string etag) =>
        await _targets.Campaigns[target].ResumeCampaignAsync(new() { CampaignId = "summer", Etag = etag }, Within.WithHeaders(By.Wang));

    private bool IsHeeded(int applied, int all)
    {
        Interlocked.Add(ref _heededLate, applied == all ? 0 : 1);
        return applied == all;
    }

    // A campaign that has finished can be paused no more.
    private async Task PauseAsync(Random random)
    {
        while (!_ending.IsCancellationRequested)
        {
            await PauseAsync(TimeSpan.FromSeconds(5 + (5 * random.NextDouble())));
            var etag = "";
            var isPaused = await _log.SayAsync("pause/summer", isAllowed: false, () => RepeatAsync(
                async silo => etag = (await _targets.Campaigns[silo].PauseCampaignAsync(
                    new() { CampaignId = "summer" }, Within.WithHeaders(By.Wang))).Status.Etag), PausedWithin);
            if (!isPaused)
            {
                return;
            }

            await PauseAsync(PausedWithin + TimeSpan.FromSeconds(1 + random.NextDouble()));
            await _log.SayAsync("pause/summer", isAllowed: true, () => RepeatAsync(silo => ResumeAsync(silo, etag)));
        }
    }

    private Task PauseAsync(TimeSpan pause) => Task.Delay(pause, _ending.Token).ContinueWith(static _ => { }, TaskScheduler.Default);

    // False when the state of what it is about forbids it.
    private async Task<bool> RepeatAsync(Func<int, Task> call)
    {
        Interlocked.Increment(ref _unacknowledged);
        for (var tries = 0; ; tries++)
        {
            var target = _targets.Pick(Random.Shared.Next(_targets.Count));
            var pause = BetweenRepeats;
            try
            {
                await call(target);
                Interlocked.Decrement(ref _unacknowledged);
                return true;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.FailedPrecondition)
            {
                Interlocked.Decrement(ref _unacknowledged);
                return false;
            }
            catch (RpcException fault)
            {
                pause = Faults.Note(fault);
                _targets.Failed(target, fault);
            }

            if (_givingUp.IsCancellationRequested)
            {
                return true; // It stays unacknowledged.
            }

            await Task.Delay(pause, _givingUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
