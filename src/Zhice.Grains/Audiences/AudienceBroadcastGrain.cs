using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Broadcasts;
using Zhice.Grains.Broadcasts;

namespace Zhice.Grains.Audiences;

/// <inheritdoc cref="IAudienceBroadcastGrain"/>
/// <remarks>
/// The saved audiences are read again whenever a silo has waited in vain: what was saved by a caller that died before it told of it
/// is heeded then.
/// </remarks>
[GrainType("audience-board")]
internal sealed class AudienceBroadcastGrain(ISiloStatusOracle silos, IHostApplicationLifetime lifetime, TimeProvider clock)
    : Grain, IAudienceBroadcastGrain
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly AppliedSilos _applied = new(silos, lifetime, clock);
    private ImmutableArray<SavedAudience> _saved = [];
    private AudienceListVersions _current = CreateBoard([]);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => ReadAsync();

    public async ValueTask<AppliedCount> Apply(string audienceId, long version, TimeSpan maxWait)
    {
        var begun = clock.GetTimestamp();
        await ReadAsync();
        while (_saved.FirstOrDefault(saved => saved.Id == audienceId) is not { } known || known.Version < version)
        {
            // What was saved is not shown by an activation of the book that is behind.
            if (clock.GetElapsedTime(begun) >= maxWait)
            {
                return await _applied.UntilAppliedAsync(long.MaxValue, TimeSpan.Zero);
            }

            await Task.Delay(Pause, clock);
            await ReadAsync();
        }

        return await _applied.UntilAppliedAsync(_current.Version, maxWait - clock.GetElapsedTime(begun));
    }

    public async Task<AudienceListVersions?> WaitForOther(string silo, long heeded, CancellationToken cancellation)
    {
        await _applied.WaitForOtherAsync(silo, heeded, _current.Version, cancellation);
        if (_current.Version == heeded)
        {
            await ReadAsync();
        }

        return _current.Version == heeded ? null : _current;
    }

    private async Task ReadAsync()
    {
        var saved = await GrainFactory.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key).All();
        var board = CreateBoard(saved);
        if (board.Version > _current.Version)
        {
            (_saved, _current) = (saved, board);
            _applied.Notify();
        }
    }

    // Each save makes one version of one audience: their sum counts them, the same for every activation.
    private static AudienceListVersions CreateBoard(ImmutableArray<SavedAudience> saved) => new(
        1 + saved.Sum(static audience => audience.Version),
        saved.Where(static audience => audience.List.Length > 0)
            .ToImmutableDictionary(static audience => audience.Id, static audience => audience.List, StringComparer.Ordinal));
}
