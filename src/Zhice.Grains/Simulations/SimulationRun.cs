using System.Collections.Immutable;
using System.Text;
using System.Threading.Channels;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Domain.Simulations;
using Zhice.Domain.Stocks;
using Zhice.Storage.Background;
using Zhice.Storage.Customers;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Grains.Simulations;

/// <summary>
/// Decides twice for each customer as the store has them, slice by slice, by the catalogue in force and by a draft. What is
/// stored is what is live: customers commit before they answer. Nothing is written.
/// </summary>
/// <param name="customers">The customers.</param>
/// <param name="plan">What to decide.</param>
/// <param name="models">What ranks them.</param>
/// <param name="stock">What is left of the actions that have a stock.</param>
/// <param name="nowMs">The instant of all decisions.</param>
internal sealed class SimulationRun(CustomerStates customers, SimulationPlan plan, PropensityModels models, IStockLevels stock, long nowMs)
{
    private const int BatchSize = 64;
    private const int MaxBatches = 4;

    private static readonly long SampleSalt = Assignment.GetSalt("sample");

    private long _seen;
    private long _matched;
    private long _unreadable;
    private long _withoutNow;
    private long _withoutDraft;
    private double _fraction;

    /// <summary>How many customers were looked at.</summary>
    public long Seen => Interlocked.Read(ref _seen);

    /// <summary>How many customers there are, about: as many in each bucket to come as in those that were read.</summary>
    public long About => Volatile.Read(ref _fraction) is var fraction and > 0 ? Math.Max(Seen, (long)(Seen / fraction)) : Seen;

    /// <summary>How many customers more there are whose states cannot be read.</summary>
    public long Unreadable => Interlocked.Read(ref _unreadable);

    /// <summary>How many of them were in the audience and the sample.</summary>
    public long Matched => Interlocked.Read(ref _matched);

    /// <summary>To how many of them nothing is offered in any of the placements.</summary>
    public Pair WithoutAction => new(Interlocked.Read(ref _withoutNow), Interlocked.Read(ref _withoutDraft));

    /// <summary>Runs to the end.</summary>
    /// <returns>For each placement what was counted.</returns>
    public async Task<SimulationTally[]> RunAsync(CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var batches = Channel.CreateBounded<List<(string Id, CustomerState State)>>(MaxBatches);
        var workers = Enumerable.Range(0, Environment.ProcessorCount)
            .Select(_ => BackgroundWork.Run(() => DecideAsync(batches.Reader, end.Token), end.Token))
            .ToArray();
        try
        {
            await ReadAsync(batches.Writer, end.Token);
        }
        finally
        {
            batches.Writer.TryComplete();
        }

        var tallies = await Task.WhenAll(workers);
        return tallies.Aggregate((sum, more) =>
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i].Add(more[i]);
            }

            return sum;
        });
    }

    private async Task ReadAsync(ChannelWriter<List<(string Id, CustomerState State)>> batches, CancellationToken cancellation)
    {
        await foreach (var slice in customers.ReadSlicesAsync(cancellation, (_, _) => Interlocked.Increment(ref _unreadable)))
        {
            foreach (var some in slice.Customers.Chunk(BatchSize))
            {
                await batches.WriteAsync([.. some.Select(static each => (Encoding.UTF8.GetString(each.Key), each.State))], cancellation);
            }

            Volatile.Write(ref _fraction, slice.Fraction);
        }
    }

    private async Task<SimulationTally[]> DecideAsync(
        ChannelReader<List<(string Id, CustomerState State)>> batches, CancellationToken cancellation)
    {
        var tallies = plan.Placements.Select(each => new SimulationTally(
            verdict => SimulationAnswer.NameIn(plan.Now, each.Now, verdict),
            verdict => SimulationAnswer.NameIn(plan.Draft, each.Draft, verdict))).ToArray();
        await foreach (var batch in batches.ReadAllAsync(cancellation))
        {
            foreach (var (id, state) in batch)
            {
                Decide(id, state, tallies);
                if (BackgroundWork.IsTurnOver)
                {
                    await Task.Yield();
                }
            }

            Interlocked.Add(ref _seen, batch.Count);
        }

        return tallies;
    }

    private void Decide(string id, CustomerState state, SimulationTally[] tallies)
    {
        var isPersonalized = state.Consents.Allows(channel: 0, Purpose.Personalization);
        var now = new CustomerView(state, plan.Now, [], nowMs, isPersonalized) { Id = id };
        if (Assignment.GetPart(SampleSalt, id) >= plan.Parts || (plan.Audience is { } audience && !audience.Holds(now)))
        {
            return;
        }

        Interlocked.Increment(ref _matched);
        var draft = new CustomerView(state, plan.Draft, [], nowMs, isPersonalized) { Id = id };
        var (hasNow, hasDraft) = (false, false);
        for (var i = 0; i < tallies.Length; i++)
        {
            var (ofNow, ofDraft) = plan.Placements[i];
            var (decided, drafted) = (DecideIn(ofNow, now), DecideIn(ofDraft, draft));
            tallies[i].Add(decided, drafted);
            hasNow |= decided is { Offered.IsEmpty: false };
            hasDraft |= drafted is { Offered.IsEmpty: false };
        }

        Interlocked.Add(ref _withoutNow, hasNow ? 0 : 1);
        Interlocked.Add(ref _withoutDraft, hasDraft ? 0 : 1);
    }

    private Decision? DecideIn(Placement? placement, in CustomerView customer) =>
        placement is null ? null : Decider.Decide(
            SimulatedDecision.CreateId(nowMs, placement.Number, customer.Id), customer, placement, models, stock,
            plan.Limit == 0 ? placement.DefaultLimit : plan.Limit);
}

/// <summary>What a simulation decides.</summary>
/// <param name="Now">The catalogue in force.</param>
/// <param name="Draft">The draft.</param>
/// <param name="Audience">Who; null for all.</param>
/// <param name="Parts">Which part of them, of 10,000.</param>
/// <param name="Placements">The placements, null in the catalogue that does not have it.</param>
/// <param name="Limit">How many recommendations at the most; 0 for the placement's default.</param>
internal sealed record SimulationPlan(
    Catalog Now, Catalog Draft, Expression? Audience, int Parts, ImmutableArray<(Placement? Now, Placement? Draft)> Placements, int Limit);
