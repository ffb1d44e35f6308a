using System.Collections.Immutable;
using System.Globalization;
using System.IO.Hashing;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Approvals;

namespace Zhice.Grains.Catalogs;

/// <summary>Keeps the change requests of the catalogue. What comes into force is the catalogue grain's to say.</summary>
[GrainType("change-requests")]
internal sealed class ChangeRequestsGrain(
    [PersistentState("state", GrainStorageNames.Definitions)] IPersistentState<ChangeRequests> stored, TimeProvider clock)
    : Grain, IChangeRequestsGrain
{
    private const int MaxLog = 50;

    private ChangeRequests _current = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _current = stored.State;
        return Task.CompletedTask;
    }

    public async ValueTask<ChangeRequestAnswer> Propose(ChangeProposal proposal)
    {
        var hash = XxHash3.HashToUInt64(proposal.Definition);
        if (proposal.RequestId.Length > 0 && _current.Changes.Find(change => change.RequestId == proposal.RequestId) is { } answered)
        {
            return Answer(
                answered.Etag.EndsWith(HashText(hash), StringComparison.Ordinal)
                    ? ChangeRequestOutcome.Made
                    : ChangeRequestOutcome.RequestIdReused,
                answered);
        }

        var before = proposal.ChangeId == 0 ? null : Kept(proposal.ChangeId);
        if (Refused(proposal, before) is { } refused)
        {
            return Answer(refused, before);
        }

        // Looked at as if it were approved: what could not be applied then is not proposed now.
        var check = await Catalog().Apply(new() { Definition = proposal.Definition, Etag = proposal.BaseEtag, ValidateOnly = true });
        if (check.Outcome != CatalogOutcome.Applied)
        {
            return new(
                check.Outcome == CatalogOutcome.Stale ? ChangeRequestOutcome.NeedsRebase : ChangeRequestOutcome.Faulty, before,
                check.Faults, check.Version);
        }

        var (id, revision) = (before?.ChangeId ?? _current.Last + 1, (before?.Revision ?? 0) + 1);
        var next = new ChangeRequestRecord
        {
            ChangeId = id,
            Revision = revision,
            State = ChangeState.Open,
            Definition = proposal.Definition,
            Etag = string.Create(CultureInfo.InvariantCulture, $"{id}.{revision}-{HashText(hash)}"),
            Authors = Authors.With(before?.Authors ?? [], proposal.Author),
            Comment = proposal.Comment,
            BaseVersion = check.Version?.Version ?? 0,
            BaseEtag = check.Version?.Etag ?? "",
            RequestId = proposal.RequestId,
            Log = before?.Log ?? [],
        };
        return await Keep(
            Logged(
                next, proposal.Author,
                string.Create(CultureInfo.InvariantCulture, $"proposed revision {revision}, against version {next.BaseVersion}"),
                proposal.Comment));
    }

    public async ValueTask<ChangeRequestAnswer> Close(ChangeClosing closing)
    {
        var change = Kept(closing.ChangeId);
        if (change is null || change.State != ChangeState.Open || change.Etag != closing.Etag)
        {
            return Answer(
                change is null ? ChangeRequestOutcome.NotFound
                    : change.State != ChangeState.Open ? ChangeRequestOutcome.Closed
                    : ChangeRequestOutcome.Stale,
                change);
        }

        if (closing.To == ChangeState.Withdrawn)
        {
            return change.IsBy(closing.Actor)
                ? await Keep(Logged(change with { State = ChangeState.Withdrawn }, closing.Actor, "withdrew it", closing.Comment))
                : Answer(ChangeRequestOutcome.NotAuthor, change);
        }

        if (closing.To == ChangeState.Rejected)
        {
            return await Keep(Logged(change with { State = ChangeState.Rejected }, closing.Actor, "rejected it", closing.Comment));
        }

        return change.IsBy(closing.Actor) ? Answer(ChangeRequestOutcome.OwnApproval, change) : await ApplyAsync(change, closing);
    }

    public ValueTask<ChangeRequestRecord?> Find(long changeId) => ValueTask.FromResult(Kept(changeId));

    public ValueTask<ImmutableArray<ChangeRequestRecord>> All() =>
        ValueTask.FromResult(
            _current.Changes.OrderByDescending(static change => change.ChangeId)
                .Select(static change => change with { Definition = [] })
                .ToImmutableArray());

    private ChangeRequestOutcome? Refused(ChangeProposal proposal, ChangeRequestRecord? before) =>
        proposal.ChangeId != 0 && before is null ? ChangeRequestOutcome.NotFound
        : before is not null && before.State != ChangeState.Open ? ChangeRequestOutcome.Closed
        : before is not null && before.Etag != proposal.Etag ? ChangeRequestOutcome.Stale
        : before is null
            && _current.Changes.Count(
                static change => change.State == ChangeState.Open) >= ChangeRequests.MaxOpen ? ChangeRequestOutcome.TooMany
        : null;

    // The catalogue grain takes it only if the version is in force that it was made against, and once: a crash between its
    // commit and ours is mended by approving again.
    private async Task<ChangeRequestAnswer> ApplyAsync(ChangeRequestRecord change, ChangeClosing closing)
    {
        var answer = await Catalog().Apply(new()
        {
            Definition = change.Definition,
            Etag = change.BaseEtag,
            Author = string.Join(", ", change.Authors),
            Comment = change.Comment,
            Approver = closing.Actor,
            ChangeId = change.ChangeId,
            RequestId = string.Create(CultureInfo.InvariantCulture, $"change request {change.Etag}"),
        });
        if (answer.Outcome != CatalogOutcome.Applied)
        {
            return new(
                answer.Outcome == CatalogOutcome.Faulty ? ChangeRequestOutcome.Faulty : ChangeRequestOutcome.NeedsRebase, change,
                answer.Faults, answer.Version);
        }

        var text = string.Create(CultureInfo.InvariantCulture, $"approved it; it is in force as version {answer.Version!.Version}");
        var kept = await Keep(
            Logged(change with { State = ChangeState.Applied, Version = answer.Version.Version }, closing.Actor, text, closing.Comment));
        return kept with { Version = answer.Version };
    }

    private ChangeRequestRecord Logged(ChangeRequestRecord change, string actor, string text, string comment) =>
        change with { Log = [new(clock.GetUtcNow().ToUnixTimeMilliseconds(), actor, text, comment), .. change.Log.Take(MaxLog - 1)] };

    private async Task<ChangeRequestAnswer> Keep(ChangeRequestRecord change)
    {
        var next = _current.With(change);
        await stored.CommitAsync(next, GrainContext);
        _current = next;
        return Answer(ChangeRequestOutcome.Made, change);
    }

    private static ChangeRequestAnswer Answer(ChangeRequestOutcome outcome, ChangeRequestRecord? change) => new(outcome, change, [], null);

    private static string HashText(ulong hash) => hash.ToString("x16", CultureInfo.InvariantCulture);

    private ChangeRequestRecord? Kept(long changeId) => _current.Changes.Find(change => change.ChangeId == changeId);

    private ICatalogGrain Catalog() => GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
}
