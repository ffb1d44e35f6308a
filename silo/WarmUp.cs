using System.Runtime;
using System.Text;
using Grpc.Core;
using Zhice.Api.Pipeline;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.Storage.Bulk;
using Zhice.Storage.Customers;

namespace Zhice.Silo;

/// <summary>
/// Makes dry runs of Recommend before the silo is ready, on customers of the store and each placement in turn: code that runs first is slow,
/// and is compiled anew once it has run often. It ends when the compiler rests. A silo without a catalogue or customers has nothing to answer
/// yet, and is ready at once.
/// </summary>
internal sealed class WarmUp(OwnCalls calls, ICatalogs catalogs, CustomerStates customers, OwnConnections connections, TimeProvider clock,
    ILogger<WarmUp> log)
{
    private const string Caller = "warm-up";
    private const int Places = 16;
    private const int CustomersOfPlace = 64;
    private const int Lanes = 4;

    // The compiler rests when it works for less than this share of the time, at so many looks in a row.
    private const double RestingShare = 0.15;
    private const int RestingLooks = 2;

    // Room for the compiler, which works beside.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Warms up; what fails is logged, and the silo starts all the same.</summary>
    /// <param name="limit">How long it takes at most; zero: there is none.</param>
    /// <param name="cancellation">The silo stops.</param>
    public async Task RunAsync(TimeSpan limit, CancellationToken cancellation)
    {
        string[] placements = [.. catalogs.Current.Placements.Keys];
        if (limit == TimeSpan.Zero || placements.Length == 0)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(limit);
        var begun = clock.GetTimestamp();
        try
        {
            var ids = await ListAsync(end.Token);
            var (compiled, connected) = (EndOnceCompiledAsync(end), connections.CallAsync(Pause, end.Token));
            var ((made, failed), overConnections) = (default((int, int)), 0);
            try
            {
                (made, failed) = await CallAsync(ids, placements, end.Token);
            }
            finally
            {
                await end.CancelAsync();
                await compiled;
                overConnections = await connected;
            }

            var took = clock.GetElapsedTime(begun);
            SiloLog.WarmedUp(log, made, took.TotalSeconds, failed, overConnections);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            SiloLog.WarmUpFailed(log, fault);
        }
    }

    private async Task<(int Made, int Failed)> CallAsync(List<string> ids, string[] placements, CancellationToken end)
    {
        var (made, failed) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, ids.Count == 0 ? 0 : Lanes).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var n = Interlocked.Increment(ref made);
                try
                {
                    await calls.RecommendAsync(
                        Caller, new() { CustomerId = ids[n % ids.Count], PlacementId = placements[n / 2 % placements.Length], DryRun = true },
                        isDirect: n % 2 == 0);
                }
                catch (RpcException)
                {
                    // A customer whose state cannot be read, for one: the others are called all the same.
                    Interlocked.Increment(ref failed);
                }

                await Task.Delay(Pause, clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        })));
        return (made, failed);
    }

    // At each look: the processor time that the compiler took since the one before, over the time that passed.
    private async Task EndOnceCompiledAsync(CancellationTokenSource end)
    {
        for (var (resting, taken, at) = (0, JitInfo.GetCompilationTime(), clock.GetTimestamp()); resting < RestingLooks && !end.IsCancellationRequested;)
        {
            await Task.Delay(Look, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (takenNow, now) = (JitInfo.GetCompilationTime(), clock.GetTimestamp());
            resting = takenNow - taken < clock.GetElapsedTime(at, now) * RestingShare ? resting + 1 : 0;
            (taken, at) = (takenNow, now);
        }

        await end.CancelAsync();
    }

    // From places all over the store: so some of them live on this silo of a cluster.
    private async Task<List<string>> ListAsync(CancellationToken cancellation)
    {
        var ids = new List<string>(Places * CustomersOfPlace);
        for (var place = 0; place < Places; place++)
        {
            var from = new BulkPlace(place * CustomerBucket.Count / Places, []);
            await foreach (var slice in customers.ReadSlicesAsync(cancellation, from: from))
            {
                ids.AddRange(slice.Customers.Take(CustomersOfPlace).Select(static each => Encoding.UTF8.GetString(each.Key)));
                break;
            }
        }

        return ids;
    }
}
