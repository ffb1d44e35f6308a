using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Orleans.Storage;
using Zhice.Domain.Effects;
using Zhice.Domain.Faults;
using Zhice.Storage.Answers;
using Zhice.Storage.Audit;
using Zhice.Storage.Backends;
using Zhice.Storage.Bulk;
using Zhice.Storage.Commits;
using Zhice.Storage.Consents;
using Zhice.Storage.Decisions;
using Zhice.Storage.Encryption;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.Facts;
using Zhice.Storage.Journeys;
using Zhice.Storage.Outbox;
using Zhice.Storage.Retention;
using Zhice.Storage.States;
using Zhice.Storage.Stock;

namespace Zhice.Storage;

/// <summary>
/// Grain storage that commits the writes of many grains together. A write is acknowledged once it is durable; a write by
/// an activation that has not read the newest version fails with <see cref="InconsistentStateException"/>. The ETag of a
/// state is its version as decimal digits, null when there is no state.
/// </summary>
public sealed class GroupCommitStorage : IGrainStorage, IStores, ILifecycleParticipant<ISiloLifecycle>, IAsyncDisposable
{
    // How many customers the check of the keys looks at.
    private const int PageOfKeyCheck = 250;

    // A handful: millions of keys share their strings.
    private static readonly ConcurrentDictionary<GrainType, string> TypeNames = new();

    private readonly Func<Task<IBackend>> _open;
    private readonly GroupCommitOptions _options;
    private readonly Serializer _serializer;
    private readonly IActivatorProvider _activators;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Opened? _opened;

    internal GroupCommitStorage(
        Func<Task<IBackend>> open, GroupCommitOptions options, Serializer serializer, IActivatorProvider activators, TimeProvider time,
        ILogger logger, StateCipher? cipher = null)
    {
        Cipher = cipher ?? StateCipher.None;
        _open = open;
        _options = options;
        _serializer = serializer;
        _activators = activators;
        _time = time;
        _logger = logger;
    }

    /// <summary>
    /// Says that a contact was committed for a channel, whose id it gives, and from when on it is due, unix milliseconds. Handlers must be
    /// quick.
    /// </summary>
    public event Action<string, long>? ContactSent;

    /// <inheritdoc/>
    public IDecisionStore Decisions => Current.Backend.Decisions;

    /// <inheritdoc/>
    public IOutboxStore Outbox => Current.Backend.Outbox;

    /// <inheritdoc/>
    public IStockStore Stock => Current.Backend.Stock;

    /// <inheritdoc/>
    public IJourneyStore Journeys => Current.Backend.Journeys;

    /// <inheritdoc/>
    public IEvaluationStore Evaluations => Current.Backend.Evaluations;

    /// <inheritdoc/>
    public IConsentStore Consents => Current.Backend.Consents;

    /// <inheritdoc/>
    public IAnswerStore Answers => Current.Backend.Answers;

    /// <inheritdoc/>
    public IFactStore Facts => Current.Backend.Facts;

    /// <inheritdoc/>
    public IAuditStore Audit => Current.Backend.Audit;

    /// <inheritdoc/>
    public IErasureStore Erasures => Current.Backend.Erasures;

    /// <inheritdoc/>
    public IRetentionStore Retention => Current.Backend.Retention;

    /// <summary>What seals the states of customers.</summary>
    internal StateCipher Cipher { get; }

    /// <summary>What the store does for bulk data.</summary>
    /// <exception cref="StoreUnavailableException">The store is not open.</exception>
    internal IBulkStore Bulk => Current.Backend.Bulk;

    /// <summary>How many grains of a type have state.</summary>
    /// <param name="grainType">The type, as in <c>[GrainType("customer")]</c>.</param>
    /// <exception cref="StoreUnavailableException">The store is away, or not open yet.</exception>
    public async Task<long> CountAsync(string grainType) => await Current.Backend.CountAsync(grainType);

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (await Current.Backend.ReadAsync(CreateKey(stateName, grainId)) is not { } stored)
        {
            Reset(grainState);
            return;
        }

        grainState.State = _serializer.Deserialize<T>(Open(grainId, stored.Payload));
        grainState.ETag = FormatEtag(stored.Version);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // Before the first await: later on the grain may be changing the state already.
        var payload = Seal(grainId, _serializer.SerializeToArray(grainState.State));
        var carrier = grainState.State as ICommitsEffects;
        var write = StateWrite.Create(CreateKey(stateName, grainId), ParseVersion(grainState.ETag), payload, carrier?.Effects);
        var version = VersionKept(write, await Current.Committer.WriteAsync(write));
        if (carrier is { Effects: { } effects })
        {
            carrier.Effects = null;
            foreach (var contact in effects.Sent)
            {
                ContactSent?.Invoke(contact.ChannelId, contact.AvailableAtMs);
            }
        }

        grainState.ETag = FormatEtag(version);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var write = StateWrite.Clearing(CreateKey(stateName, grainId), ParseVersion(grainState.ETag));
        VersionKept(write, await Current.Committer.WriteAsync(write));
        Reset(grainState);
    }

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(GroupCommitStorage),
        ServiceLifecycleStage.RuntimeStorageServices,
        cancellation => Task.Run(OpenAsync, cancellation),
        async _ => await DisposeAsync());

    /// <summary>Ends once every write that waits is answered, then closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _opened, null) is { } opened)
        {
            await opened.Committer.DisposeAsync();
            await opened.Backend.DisposeAsync();
        }
    }

    internal async Task OpenAsync()
    {
        var backend = await _open();
        try
        {
            await CheckKeysAsync(backend);
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }

        _opened = new Opened(backend, new GroupCommitter(backend, _options, _time, _logger));
    }

    // One page, for the start must not depend on how many there are: a store is sealed from its first state on, or by a pass over all.
    private async Task CheckKeysAsync(IBackend backend)
    {
        var page = await backend.Bulk.ReadSliceAsync(
            CustomerKey.GrainType, CustomerKey.StateName, BulkPlace.Start, PageOfKeyCheck, CancellationToken.None);
        foreach (var row in page)
        {
            Cipher.CheckKey(row.State.Payload);
        }
    }

    private Opened Current => _opened ?? throw new StoreUnavailableException("The store is not open: the silo is starting or stopping.");

    // The version that a write became; throws what says why nothing of it was kept.
    private static long VersionKept(StateWrite write, WriteOutcome outcome)
    {
        if (outcome.IsWritten)
        {
            return outcome.Version;
        }

        if (outcome.CountedContact is { } contact)
        {
            throw new ContactCountedException(
                $"{write.Key} counts the contact {contact}, which was counted before; nothing of it was kept.", contact);
        }

        if (outcome.EmptyLease is { } lease)
        {
            throw new StockLeaseOverException($"{write.Key} takes units of the lease {lease}, which has no more; nothing of it was kept.");
        }

        if (outcome.IsErased)
        {
            throw new CustomerErasedException("The customer was erased, and is not to be kept again; nothing of the write was kept.");
        }

        var (expected, stored) = (FormatEtag(write.ExpectedVersion), FormatEtag(outcome.Version));
        throw new InconsistentStateException(
            $"{write.Key} was written from version {expected ?? "none"} and the store has {stored ?? "none"}: another activation wrote it.",
            stored, expected);
    }

    // Customers' states alone: no other names a person's facts.
    private byte[] Seal(GrainId grainId, byte[] payload) =>
        Cipher.IsOn && IsCustomer(grainId) ? Cipher.Seal(grainId.Key.AsSpan(), payload) : payload;

    private byte[] Open(GrainId grainId, byte[] payload) => IsCustomer(grainId) ? Cipher.Open(grainId.Key.AsSpan(), payload) : payload;

    private static bool IsCustomer(GrainId grainId) =>
        TypeNames.GetOrAdd(grainId.Type, static type => type.ToString()!) == CustomerKey.GrainType;

    private void Reset<T>(IGrainState<T> grainState)
    {
        grainState.State = _activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static StateKey CreateKey(string stateName, GrainId grainId) =>
        new(TypeNames.GetOrAdd(grainId.Type, static type => type.ToString()!), stateName, grainId.Key.Value.ToArray());

    private static string? FormatEtag(long version) => version == 0 ? null : version.ToString(CultureInfo.InvariantCulture);

    private static long ParseVersion(string? etag) => etag switch
    {
        null or "" => 0,
        _ when long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 => version,
        _ => throw new InconsistentStateException($"The ETag '{etag}' is not of this store; read the state again.", null, etag),
    };

    private sealed record Opened(IBackend Backend, GroupCommitter Committer);
}
