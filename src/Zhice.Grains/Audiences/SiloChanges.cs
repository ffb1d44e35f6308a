namespace Zhice.Grains.Audiences;

/// <summary>
/// Notices silos that come and go: those that come are told which buckets live here, and all buckets are in doubt then.
/// A silo that died took with it what it had not told; one that came did commits before it was told to tell.
/// </summary>
internal sealed class SiloChanges(LocalBuckets local, BucketFeed feed, AudienceSilos silos) : IDisposable
{
    private readonly SemaphoreSlim _looking = new(1);
    private volatile HashSet<string> _known = [];

    public void Dispose() => _looking.Dispose();

    /// <summary>Looks whether silos came or went since it was last called; a question does so before it asks.</summary>
    public async ValueTask LookAsync()
    {
        if (_known.SetEquals(silos.Active))
        {
            return;
        }

        await _looking.WaitAsync();
        try
        {
            var active = silos.Active.ToHashSet();
            if (!_known.SetEquals(active))
            {
                feed.ForgetDead();
                await Task.WhenAll(
                    active.Except(_known).Select(silo =>
                        silos.NotifyAsync(silo, grain => grain.Feed(feed.Here, [.. Owned.Select(static bucket => bucket.Number)]))));
                foreach (var bucket in local.All)
                {
                    bucket.Doubt();
                }

                _known = active;
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    private IEnumerable<LocalBucket> Owned => local.All.Where(bucket => feed.FindOwner(bucket.Number) == feed.Here);
}
