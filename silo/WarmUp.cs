using System.Text;
using Zhice.Api.Pipeline;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Primitives;
using Zhice.Storage.Bulk;
using Zhice.Storage.Customers;
using Zhice.V1;

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
        var (begun, made) = (clock.GetTimestamp(), 0);
        try
        {
            var ids = await ListAsync(end.Token);
            await Task.WhenAll(Enumerable.Range(0, ids.Count == 0 ? 0 : Lanes).Select(lane => Task.Run(async () =>
            {
                for (var n = lane; !end.IsCancellationRequested; n += Lanes)
                {
                    var request = new RecommendRequest { CustomerId = ids[n % ids.Count], PlacementId = placements[n % placements.Length], DryRun = true };
                    await calls.RecommendAsync(Caller, request, isDirect: made % 2 == 0);
                    Interlocked.Increment(ref made);
                    await Task.Delay(Pause, clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            })));
            var took = clock.GetElapsedTime(begun);
            SiloLog.WarmedUp(log, made, took.TotalSeconds);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            SiloLog.WarmUpFailed(log, fault);
        }
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
