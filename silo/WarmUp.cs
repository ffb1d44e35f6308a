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
/// and is compiled anew once it has run often. A silo without a catalogue or customers has nothing to answer yet, and is ready at once.
/// </summary>
internal sealed class WarmUp(OwnCalls calls, ICatalogs catalogs, CustomerStates customers, TimeProvider clock, ILogger<WarmUp> log)
{
    private const string Caller = "warm-up";
    private const int Places = 16;
    private const int CustomersOfPlace = 64;
    private const int Lanes = 4;

    // Room for the compiler, which works beside.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Warms up; what fails is logged, and the silo starts all the same.</summary>
    public async Task RunAsync(TimeSpan length, CancellationToken cancellation)
    {
        string[] placements = [.. catalogs.Current.Placements.Keys];
        if (length == TimeSpan.Zero || placements.Length == 0)
        {
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(length);
        var begun = clock.GetTimestamp();
        try
        {
            var (made, failed) = await CallAsync(await ListAsync(end.Token), placements, end.Token);
            var took = clock.GetElapsedTime(begun);
            SiloLog.WarmedUp(log, made, took.TotalSeconds, failed);
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
