using System.Net;
using Orleans.Configuration;
using Orleans.Runtime;
using Zhice.Domain.Faults;
using Zhice.Domain.Stocks;
using Zhice.Grains.Stocks;
using Zhice.Storage.Answers;
using Zhice.Storage.Audit;
using Zhice.Storage.Backends;
using Zhice.Storage.Consents;
using Zhice.Storage.Decisions;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Facts;
using Zhice.Storage.Journeys;
using Zhice.Storage.Memory;
using Zhice.Storage.Outbox;
using Zhice.Storage.Retention;
using Zhice.Storage.Stock;

namespace Zhice.Grains.Tests.Stocks;

/// <summary>The units that a silo leases, over a store that blinks.</summary>
public sealed class StockShelfTests
{
    private readonly BlinkingStore _store = new();
    private readonly StockLeasePool _shelf;

    public StockShelfTests() => _shelf = new(new Here(), TimeProvider.System, _store);

    [Fact]
    public async Task Leases_that_could_not_be_given_back_are_given_back_at_the_next_look()
    {
        (await _shelf.TakePlaceAsync("card", 800))!.Settle(ReservationResult.NotTaken);
        Assert.Equal(100, (await LevelAsync()).Leased);
        _store.IsAway = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(_shelf.ReturnAsync);

        // It is on its way back: nobody takes of it, also when its end was kept and only the answer was lost.
        _store.IsAway = false;
        (await _shelf.TakePlaceAsync("card", 800))!.Settle(ReservationResult.NotTaken);
        Assert.Equal(187, (await LevelAsync()).Leased);
        await _shelf.ReturnAsync();
        Assert.Equal(new("card", 0, 0, 0), await LevelAsync());
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_given_back()
    {
        _store.LosesAnswers = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _shelf.TakePlaceAsync("card", 800));
        Assert.Equal(100, (await LevelAsync()).Leased);

        _store.LosesAnswers = false;
        await _shelf.ReturnAsync();
        Assert.Equal(new("card", 0, 0, 0), await LevelAsync());
    }

    private async Task<StockLevel> LevelAsync() => Assert.Single(await _store.Stock.ListAsync());

    private sealed class Here : ILocalSiloDetails
    {
        public string Name => "here";

        public string ClusterId => "zhice";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);

        public SiloAddress GatewayAddress => SiloAddress;
    }

    // The store in memory, whose stock can be away, or keep what it is told and not answer.
    private sealed class BlinkingStore : IStores, IStockStore
    {
        private readonly MemoryBackend _store = new(TimeProvider.System);

        public bool IsAway { get; set; }

        public bool LosesAnswers { get; set; }

        public IStockStore Stock => this;

        public IDecisionStore Decisions => _store.Decisions;

        public IOutboxStore Outbox => _store.Outbox;

        public IJourneyStore Journeys => _store.Journeys;

        public IEvaluationStore Evaluations => _store.Evaluations;

        public IConsentStore Consents => _store.Consents;

        public IAnswerStore Answers => _store.Answers;

    public IFactStore Facts => _store.Facts;

        public IAuditStore Audit => _store.Audit;

        public IErasureStore Erasures => _store.Erasures;

        public IRetentionStore Retention => _store.Retention;

        public Task<IReadOnlyList<StockLevel>> ListAsync() => _store.Stock.ListAsync();

        public Task<StockLease?> LeaseAsync(string actionId, long units, int most, string owner, Guid leaseId) =>
            TryAsync(() => _store.Stock.LeaseAsync(actionId, units, most, owner, leaseId));

        public Task EndAsync(IReadOnlyList<Guid> leases) => TryAsync(async () =>
        {
            await _store.Stock.EndAsync(leases);
            return true;
        });

        public Task SweepAsync(
            string owner, IReadOnlyCollection<Guid> known, TimeSpan lost, TimeSpan silence, long nowMs) => TryAsync(async () =>
        {
            await _store.Stock.SweepAsync(owner, known, lost, silence, nowMs);
            return true;
        });

        private async Task<T> TryAsync<T>(Func<Task<T>> work)
        {
            if (IsAway)
            {
                throw new StoreUnavailableException("The store is away.");
            }

            var answer = await work();
            return LosesAnswers ? throw new StoreUnavailableException("The answer was lost.") : answer;
        }
    }
}
