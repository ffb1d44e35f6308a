using Zhice.Contracts.Audiences;

namespace Zhice.Grains.Audiences;

/// <summary>Has all silos tell what was committed there. Those who ask while it goes on share the next one.</summary>
internal sealed class ClusterFlush(BucketFeed feed, AudienceSilos silos, IGrainFactory grains)
{
    private readonly Lock _gate = new();
    private Task _current = Task.CompletedTask;
    private Task? _next;

    /// <summary>Returns once all that was acknowledged before the call is in the indexes, or has put them in doubt.</summary>
    /// <exception cref="Domain.Faults.IndexNotReadyException">It could not be told.</exception>
    /// <exception cref="OrleansException">A silo did not answer.</exception>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            if (_next is not null)
            {
                return _next;
            }

            if (_current.IsCompleted)
            {
                return _current = AllAsync();
            }

            return _next = AfterAsync(_current);
        }
    }

    private async Task AfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task flush;
        lock (_gate)
        {
            // From here on who asks waits for the one after.
            (_current, _next) = (flush = AllAsync(), null);
        }

        await flush.ConfigureAwait(false);
    }

    private Task AllAsync() => Task.Run(() => Task.WhenAll(silos.Active.Select(async silo =>
    {
        if (silo == feed.Here)
        {
            await feed.FlushAsync();
        }
        else
        {
            await grains.GetGrain<IAudienceSiloGrain>(silo).Flush();
        }
    })));
}
