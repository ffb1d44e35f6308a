using System.Collections.Concurrent;
using Grpc.Core;
using Zhice.SystemTests.Faults.Consents;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>
/// Callers that ask what to say in a placement that counts at the decision, so often that the cap must bind: one new customer
/// after another, all of a customer's calls at once and over all silos. The cap of <see cref="SmallCatalog"/> is 2.
/// </summary>
internal sealed class OfferLoad : IAsyncDisposable
{
    public const int Cap = 2;

    private const int CallsOfCustomer = 5;
    private const int Callers = 6;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenCustomers = TimeSpan.FromMilliseconds(150);

    private static readonly string[] Stops =
    [
        ConsentCampaigns.AboutStop(StopKind.Channel, "sms"), ConsentCampaigns.AboutStop(StopKind.Marketing, ""),
        ConsentCampaigns.AboutStop(StopKind.Action, "deposit"),
    ];

    private readonly SiloTargets _targets;
    private readonly ConsentLog? _log;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationTokenSource _givingUp = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, byte>> _offers = new(StringComparer.Ordinal);
    private readonly Task _running;
    private int _unanswered;
    private int _wronglyRefused;
    private int _againstAStop;

    public OfferLoad(SiloTargets targets, int seed, ConsentLog? log = null)
    {
        (_targets, _log) = (targets, log);
        _running = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(caller, seed))));
    }

    public FaultTally Faults { get; } = new();

    /// <summary>The decisions with an offer that each customer's callers were given.</summary>
    public IReadOnlyDictionary<string, IReadOnlyCollection<string>> Offers =>
        _offers.ToDictionary(of => of.Key, of => (IReadOnlyCollection<string>)[.. of.Value.Keys]);

    /// <summary>Customers who were offered less than the cap allows, though nothing may have been stopped.</summary>
    public int WronglyRefused => _wronglyRefused;

    /// <summary>Offers whose call began and ended while what they say was stopped, as all silos heeded.</summary>
    public int AgainstAStop => _againstAStop;

    /// <summary>Asks for no new customer, and waits until every call is answered.</summary>
    public async Task DrainAsync(TimeSpan longest)
    {
        await _ending.CancelAsync();
        _givingUp.CancelAfter(longest);
        await _running;
        if (_unanswered > 0)
        {
            throw new TimeoutException($"{_unanswered} calls were still not answered after {longest}: {Faults}.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _givingUp.CancelAsync();
        await _running;
        _ending.Dispose();
        _givingUp.Dispose();
    }

    private async Task CallAsync(int caller, int seed)
    {
        for (var i = 0; !_ending.IsCancellationRequested; i++)
        {
            var customer = $"o-{seed}-{caller}-{i}";
            _offers[customer] = new(StringComparer.Ordinal);
            var begun = ConsentLog.Now;
            await Task.WhenAll(Enumerable.Range(0, CallsOfCustomer).Select(call => AskAsync(customer, call)));
            if (!_givingUp.IsCancellationRequested && _offers[customer].Count < Cap
                && !Array.Exists(Stops, stop => _log?.MayForbid(stop, begun, ConsentLog.Now) is true))
            {
                Interlocked.Increment(ref _wronglyRefused);
            }

            await Task.Delay(BetweenCustomers, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AskAsync(string customer, int call)
    {
        var request = new RecommendRequest { CustomerId = customer, PlacementId = "sms_text", RequestId = $"{call}" };
        Interlocked.Increment(ref _unanswered);
        for (var tries = 0; !_givingUp.IsCancellationRequested; tries++)
        {
            var target = _targets.Pick(call + tries);
            var (begun, pause) = (ConsentLog.Now, TimeSpan.Zero);
            try
            {
                var answer = await _targets.Recommendations[target].RecommendAsync(request, deadline: DateTime.UtcNow + Deadline);
                if (answer.Recommendations.Count > 0)
                {
                    _offers[customer][answer.DecisionId] = 0;

                    // A repeat gets the answer of the first, which may have been decided before.
                    var isStopped = tries == 0
                        && Array.Exists(Stops, stop => _log?.Forbids(ConsentCampaigns.AboutHeeded(stop), begun, ConsentLog.Now) is true);
                    Interlocked.Add(ref _againstAStop, isStopped ? 1 : 0);
                }

                Interlocked.Decrement(ref _unanswered);
                return;
            }
            catch (RpcException fault)
            {
                pause = Faults.Note(fault);
                _targets.Failed(target, fault);
            }

            await Task.Delay(pause, _givingUp.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
