using System.Collections.Immutable;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Faults;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Journeys;

/// <summary>Keeps the last changes of operators in a journey.</summary>
[GrainType("journey-changes")]
internal sealed class JourneyChangesGrain(
    [PersistentState("state", GrainStorageNames.Zhice)] IPersistentState<JourneyChangesState> stored, IStores stores)
    : Grain, IJourneyChangesGrain
{
    private const int MaxNotes = 1_000;

    public async ValueTask Keep(JourneyChangeNote note)
    {
        var notes = stored.State.Notes;
        var before = notes.FirstOrDefault(note.IsRepeatOf);
        if (before is { IsFinished: true } && !note.IsFinished)
        {
            // A repeat begins: what the call came to stands until it ends.
            return;
        }

        await CheckErased(note);
        note = note with { AtMs = before?.AtMs ?? note.AtMs };
        notes = before is null ? [note, .. notes.Take(MaxNotes - 1)] : notes.Replace(before, note);
        await stored.CommitAsync(new JourneyChangesState { Notes = notes }, GrainContext);
        if (await IsErased(note))
        {
            // The erasure that began meanwhile may have looked for notes before there were any.
            await Remove(note.CustomerId);
        }
    }

    public async ValueTask<int> Remove(string customerId)
    {
        var notes = stored.State.Notes;
        var others = notes.RemoveAll(note => note.CustomerId == customerId);
        if (others.Length < notes.Length)
        {
            await stored.CommitAsync(new JourneyChangesState { Notes = others }, GrainContext);
        }

        return notes.Length - others.Length;
    }

    private async ValueTask CheckErased(JourneyChangeNote note)
    {
        if (await IsErased(note))
        {
            throw new CustomerErasedException("The customer was erased: no change of a journey is kept.");
        }
    }

    private async ValueTask<bool> IsErased(JourneyChangeNote note) =>
        note.CustomerId.Length > 0 && (await stores.Erasures.FindErasedAsync([note.CustomerId])).Count > 0;

    public ValueTask<ImmutableArray<JourneyChangeNote>> List() => ValueTask.FromResult(stored.State.Notes);
}

/// <summary>What is kept of them.</summary>
[GenerateSerializer, Alias("zhice.journey-changes-state")]
internal sealed class JourneyChangesState
{
    [Id(0)]
    public ImmutableArray<JourneyChangeNote> Notes { get; init; } = [];
}
