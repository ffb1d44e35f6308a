using Zhice.Storage.Backends;
using Zhice.Storage.Memory;
using Zhice.Storage.Memory.Journeys;
using Zhice.Storage.Memory.Outbox;
using Zhice.Storage.Outbox;
using Zhice.Storage.Tests.States;

namespace Zhice.Storage.Tests.Memory;

/// <summary>The contract, kept in memory, where a store that is opened again is the same one.</summary>
public sealed class MemoryStateStoreTests : StateStoreContract
{
    private readonly MemoryBackend _store = new(TimeProvider.System);

    private protected override Task<IBackend> OpenAsync() => Task.FromResult<IBackend>(_store);

    private protected override async Task<string[]> EffectsAsync() =>
    [
        .. _store.Counted.Select(static contact => $"counted {contact}")
            .Concat(((MemoryOutbox)_store.Outbox).OnTheirWay.Select(static contact => $"sent {contact.ContactId} {contact.ChannelId}"))
            .Concat(
                (await _store.Outbox.ListCountsAsync(null, null, 100))
                    .Select(static count => $"ended {count.ChannelId} {count.Day} {(int)count.Outcome} x{count.Count}"))
            .Concat(
                (await _store.Outbox.ListDeadAsync("", DeadLetterPlace.First, 100))
                    .Select(static dead => $"dead {dead.ContactId} {dead.Reason}"))
            .Concat(((MemoryJourneys)_store.Journeys).Timers.Select(static timer => $"timer {timer.Step} {timer.Generation}"))
            .Order(StringComparer.Ordinal),
    ];
}
