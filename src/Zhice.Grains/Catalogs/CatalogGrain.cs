using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using Microsoft.Extensions.Hosting;
using Zhice.Catalogs;
using Zhice.Catalogs.Experiments;
using Zhice.Catalogs.Journeys;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Catalogs;

/// <summary>Keeps the versions of the catalogue and tells the silos of each new one.</summary>
[GrainType("catalog")]
internal sealed class CatalogGrain(
    [PersistentState("history", GrainStorageNames.Definitions)] IPersistentState<CatalogHistory> stored,
    IHostApplicationLifetime lifetime,
    TimeProvider clock) : Grain, ICatalogGrain
{
    // Below the time after which a caller gives a call up.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan PauseWhenStopping = TimeSpan.FromMilliseconds(500);

    private CatalogHistory _current = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = stored.State;
        return Task.CompletedTask;
    }

    public async ValueTask<CatalogAnswer> Apply(CatalogChange change)
    {
        var inForce = _current.Versions.LastOrDefault();
        var definition = change.RollbackTo == 0 ? change.Definition : Kept(change.RollbackTo)?.Definition;
        if ((FindAnswered(change, definition) ?? FindRefusal(change, definition, inForce)) is { } answer)
        {
            return answer;
        }

        var version = (inForce?.Record.Version ?? 0) + 1;
        var parsed = V1.Catalog.Parser.ParseFrom(definition);
        var before = inForce is null ? null : V1.Catalog.Parser.ParseFrom(inForce.Definition);
        var known = new SymbolTable([.. _current.Symbols]);
        if (before is not null)
        {
            known = CatalogCompiler.Remember(before, known, inForce!.Record.Version, inForce.Record.AppliedAt.ToUnixTimeMilliseconds());
        }

        var now = clock.GetUtcNow();
        var compiled = CatalogCompiler.Compile(parsed, known, version, now.ToUnixTimeMilliseconds());
        if (compiled.Catalog is not { } catalog)
        {
            return new(CatalogOutcome.Faulty, inForce?.Record, compiled.Faults);
        }

        if (await FindFaults(before, parsed, catalog.Symbols) is { IsEmpty: false } faults)
        {
            return new(CatalogOutcome.Faulty, inForce?.Record, faults);
        }

        // Who approves has seen what goes, and who goes back knows what was there.
        ImmutableArray<string> removals = before is null ? [] : [.. CatalogRemovals.Find(before, parsed)];
        if (!removals.IsEmpty && change is { ValidateOnly: false, AllowsRemovals: false, Approver: "", RollbackTo: 0 })
        {
            return new(CatalogOutcome.RemovesMuch, inForce?.Record, []) { Warnings = removals };
        }

        ImmutableArray<string> warnings = [.. removals, .. CatalogNames.Warnings(known, catalog.Symbols)];
        if (change.ValidateOnly)
        {
            return new(CatalogOutcome.Applied, inForce?.Record, []) { Warnings = warnings };
        }

        var kept = new KeptCatalog(CreateRecord(change, version, now, parsed, definition!), definition!);
        await Commit(_current.With(kept, catalog.Symbols));
        return new(CatalogOutcome.Applied, kept.Record, []) { Warnings = warnings };
    }

    public ValueTask<CatalogDocument?> Find(long version) => ValueTask.FromResult(
        (version == 0 ? _current.Versions.LastOrDefault() : Kept(version)) is { } kept ? Document(kept) : null);

    public ValueTask<ImmutableArray<CatalogVersionRecord>> Versions() => ValueTask.FromResult(
        _current.Versions.Select(kept => kept.Record).Reverse().ToImmutableArray());

    public async Task<CatalogDocument?> WaitForOther(long knownVersion, CancellationToken cancellation)
    {
        if ((_current.Versions.LastOrDefault()?.Record.Version ?? 0) == knownVersion)
        {
            // A silo that stops waits for the calls under way; those that come then must not turn in circles.
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(
                cancellation, lifetime.ApplicationStopping.IsCancellationRequested ? default : lifetime.ApplicationStopping);
            var maxWait = lifetime.ApplicationStopping.IsCancellationRequested ? PauseWhenStopping : MaxWait;
            await Task.WhenAny(_changed.Task, Task.Delay(maxWait, clock, ended.Token));
            await ended.CancelAsync();
        }

        return _current.Versions.LastOrDefault() is { } latest && latest.Record.Version != knownVersion
            ? Document(latest)
            : null;
    }

    // The answer that a repeated request had; null when it is new.
    private CatalogAnswer? FindAnswered(CatalogChange change, byte[]? definition)
    {
        if (change.RequestId.Length == 0
            || _current.Versions.Find(kept => kept.Record.RequestId == change.RequestId) is not { } answered)
        {
            return null;
        }

        // A version that was gone back to may have been dropped since.
        var isSame = change.BodyHash != 0
            ? answered.Record.BodyHash == change.BodyHash
            : definition is null || answered.Record.Etag == ComputeEtag(answered.Record.Version, definition);
        return new(isSame ? CatalogOutcome.Applied : CatalogOutcome.RequestIdReused, answered.Record, []);
    }

    // That approval is needed is checked here, so that no door leads around it.
    private static CatalogAnswer? FindRefusal(CatalogChange change, byte[]? definition, KeptCatalog? inForce) =>
        definition is null ? new(CatalogOutcome.NoSuchVersion, inForce?.Record, [])
        : change.Etag.Length > 0 && change.Etag != inForce?.Record.Etag ? new(CatalogOutcome.Stale, inForce?.Record, [])
        : inForce is not null && change is { ValidateOnly: false, Approver: "" }
            && V1.Catalog.Parser.ParseFrom(inForce.Definition).RequireApproval
            ? new(CatalogOutcome.ApprovalRequired, inForce.Record, [])
        : null;

    private async ValueTask<ImmutableArray<CatalogFault>> FindFaults(V1.Catalog? before, V1.Catalog next, SymbolTable symbols)
    {
        var unknown = await DoNotContactAudiences.FaultsAsync(next, GrainFactory);
        return !unknown.IsEmpty || before is null ? unknown : await Edited(before, next, symbols);
    }

    private static CatalogVersionRecord CreateRecord(
        CatalogChange change, long version, DateTimeOffset now, V1.Catalog parsed, byte[] definition) => new()
        {
            Version = version,
            AppliedAt = now,
            Author = change.Author,
            Comment = change.Comment,
            Etag = ComputeEtag(version, definition),
            ActionCount = parsed.Actions.Count,
            TagCount = parsed.Tags.Count,
            RequestId = change.RequestId,
            BodyHash = change.BodyHash,
            Approver = change.Approver,
            ChangeId = change.ChangeId,
        };

    // What customers are in the middle of: running experiments, and versions of journeys that have members. A member who comes in
    // between has the instants set anew at the next touch.
    private async ValueTask<ImmutableArray<CatalogFault>> Edited(V1.Catalog before, V1.Catalog next, SymbolTable symbols)
    {
        var faults = ImmutableArray.CreateBuilder<CatalogFault>();
        faults.AddRange(ExperimentEdits.FindFaults(before, next));
        foreach (var (place, channel) in next.Channels.Index())
        {
            foreach (var old in channel.Formerly.Where(old => before.Channels.Any(each => each.ChannelId == old)))
            {
                // What waits is kept by the id that gateways ask for.
                var waiting = (await GrainFactory.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key).CountWaiting(old, ""))
                    .Sum(static tally => tally.Count);
                if (waiting > 0)
                {
                    faults.Add(
                        new($"channels[{place}].formerly", $"{waiting} contacts wait for '{old}'; rename the channel when they have gone"));
                }
            }
        }

        foreach (var (place, journey) in JourneyEdits.Find(before, next, symbols))
        {
            var tallies = await GrainFactory.GetGrain<IJourneyRecordsGrain>("journeys")
                .ListCounts(symbols.Find(SymbolKind.Journey, journey.JourneyId));
            if (JourneyEdits.CountMembers(journey, tallies, symbols) is > 0 and var members)
            {
                faults.Add(JourneyEdits.Fault(place, journey, members));
            }
        }

        return faults.ToImmutable();
    }

    private KeptCatalog? Kept(long version) => _current.Versions.Find(kept => kept.Record.Version == version);

    private CatalogDocument Document(KeptCatalog kept) => new(kept.Record, kept.Definition, [.. _current.Symbols]);

    private async Task Commit(CatalogHistory next)
    {
        try
        {
            await stored.CommitAsync(next, GrainContext);
            _current = next;
        }
        finally
        {
            // After a failure too: this activation goes once nobody waits at it any more.
            Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    private static string ComputeEtag(long version, byte[] definition) =>
        string.Create(CultureInfo.InvariantCulture, $"{version}-{XxHash3.HashToUInt64(definition):x16}");
}
