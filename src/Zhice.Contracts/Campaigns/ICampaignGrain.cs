using System.Collections.Immutable;
using Orleans.Concurrency;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;

namespace Zhice.Contracts.Campaigns;

/// <summary>One campaign, keyed by its id: its definition, its life, its runs.</summary>
[Alias("zhice.campaign")]
public interface ICampaignGrain : IGrainWithStringKey
{
    /// <summary>Saves a draft, or checks one.</summary>
    [Alias("Save")]
    ValueTask<CampaignAnswer> Save(CampaignDraft draft);

    /// <summary>Takes a step of the campaign's life.</summary>
    [Alias("Take")]
    ValueTask<CampaignAnswer> Take(CampaignStep step, string actor, string comment, string etag);

    /// <summary>The campaign; null when there is none.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<CampaignRecord?> Find();

    /// <summary>The campaign as soon as it is another than the caller knows, or after a second.</summary>
    /// <param name="knownNews">The <see cref="CampaignRecord.News"/> that the caller knows; 0 for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave, Alias("WaitForNews")]
    Task<CampaignRecord?> WaitForNews(long knownNews, CancellationToken cancellation);

    /// <summary>Lets it begin a run that is due, or go on with one: called every few seconds from every silo.</summary>
    [AlwaysInterleave, Alias("Wake")]
    ValueTask Wake();

    /// <summary>Whether a run is under way, and which of its drivers drives it.</summary>
    /// <param name="run">The run's number.</param>
    /// <param name="driver">The driver's number.</param>
    [AlwaysInterleave, Alias("Drives")]
    ValueTask<bool> Drives(long run, long driver);

    /// <summary>Adds what triggers did on a silo.</summary>
    [AlwaysInterleave, Alias("Count")]
    ValueTask Count(RunCounts counts);
}

/// <summary>Keeps the list of campaigns; its key is "campaigns". It calls no other grain, for those call it.</summary>
[Alias("zhice.campaign-list")]
public interface ICampaignListGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "campaigns";

    /// <summary>Notes a campaign's state.</summary>
    [Alias("Note")]
    ValueTask Note(CampaignEntry entry);

    /// <summary>All campaigns, by id.</summary>
    [AlwaysInterleave, Alias("All")]
    ValueTask<ImmutableArray<CampaignEntry>> All();

    /// <summary>The triggered campaigns that are on, as soon as they are others than the caller knows, or after some seconds.</summary>
    [AlwaysInterleave, Alias("WaitForTriggers")]
    Task<TriggerUpdate> WaitForTriggers(Guid epoch, long sequence, CancellationToken cancellation);
}

/// <summary>A campaign in the list.</summary>
/// <param name="CampaignId">Its id.</param>
/// <param name="State">Its state.</param>
/// <param name="Trigger">What it asks of customers, when it is on and an event triggers it; else null.</param>
/// <param name="Run">The number of its last run.</param>
/// <param name="HasLeftover">Whether parts of a run that has ended are kept still; null: an
/// older silo wrote it, and it is not known.</param>
[GenerateSerializer, Immutable, Alias("zhice.campaign-entry")]
public sealed record CampaignEntry(
    [property: Id(0)] string CampaignId, [property: Id(1)] CampaignState State, [property: Id(2)] CampaignSpec? Trigger,
    [property: Id(3)] long Run,
    [property: Id(4)] bool? HasLeftover = null);

/// <summary>The triggered campaigns that are on.</summary>
/// <param name="Epoch">Which activation of the list says so.</param>
/// <param name="Sequence">Its count of changes.</param>
/// <param name="Orders">What they ask of customers.</param>
[GenerateSerializer, Immutable, Alias("zhice.trigger-news")]
public sealed record TriggerUpdate(
    [property: Id(0)] Guid Epoch, [property: Id(1)] long Sequence, [property: Id(2)] ImmutableArray<CampaignSpec> Orders);

/// <summary>A draft to be saved.</summary>
/// <param name="Definition">A <c>zhice.v1.Campaign</c> as bytes.</param>
/// <param name="Etag">The etag of what was edited; empty: any; "new": there must be none.</param>
/// <param name="Author">Who.</param>
/// <param name="ValidateOnly">Whether it is only checked.</param>
[GenerateSerializer, Immutable, Alias("zhice.campaign-draft")]
public sealed record CampaignDraft(
    [property: Id(0)] byte[] Definition, [property: Id(1)] string Etag, [property: Id(2)] string Author,
    [property: Id(3)] bool ValidateOnly);

/// <summary>What became of a step.</summary>
[GenerateSerializer, Alias("zhice.campaign-outcome")]
public enum CampaignOutcome : byte
{
    /// <summary>It is made, durably.</summary>
    Made,

    /// <summary>There is no such campaign.</summary>
    NotFound,

    /// <summary>The definition has faults.</summary>
    Faulty,

    /// <summary>It is another than the caller has seen.</summary>
    Stale,

    /// <summary>Its state forbids it.</summary>
    Forbidden,

    /// <summary>The author cannot approve it.</summary>
    OwnApproval,
}

/// <summary>What became of a step, and the campaign as it is.</summary>
[GenerateSerializer, Immutable, Alias("zhice.campaign-answer")]
public sealed record CampaignAnswer(
    [property: Id(0)] CampaignOutcome Outcome, [property: Id(1)] CampaignRecord? Campaign,
    [property: Id(2)] ImmutableArray<CatalogFault> Faults);

/// <summary>A campaign as it is.</summary>
[GenerateSerializer, Immutable, Alias("zhice.campaign-record")]
public sealed record CampaignRecord
{
    /// <summary>A <c>zhice.v1.Campaign</c> as bytes.</summary>
    [Id(0)]
    public required byte[] Source { get; init; }

    /// <summary>The same, checked.</summary>
    [Id(1)]
    public required CampaignDefinition Definition { get; init; }

    /// <summary>Its state.</summary>
    [Id(2)]
    public required CampaignState State { get; init; }

    /// <summary>Who wrote it.</summary>
    [Id(3)]
    public required string Author { get; init; }

    /// <summary>Who approved it.</summary>
    [Id(4)]
    public string Approver { get; init; } = "";

    /// <summary>Why it is in its state, when that needs saying.</summary>
    [Id(5)]
    public string Note { get; init; } = "";

    /// <summary>Its runs, the newest first.</summary>
    [Id(6)]
    public ImmutableArray<CampaignRunRecord> Runs { get; init; } = [];

    /// <summary>When the next run is due, unix milliseconds; null: none is.</summary>
    [Id(7)]
    public long? NextDueAtMs { get; init; }

    /// <summary>Who did what, the newest first.</summary>
    [Id(8)]
    public ImmutableArray<CampaignLogRecord> Log { get; init; } = [];

    /// <summary>How often a run was taken up: of two activations, the one with the higher number drives.</summary>
    [Id(10)]
    public long Drivers { get; init; }

    /// <summary>The bank's day of the last contact, as days since 1970.</summary>
    [Id(11)]
    public int Day { get; init; }

    /// <summary>How many were contacted before that day, in all runs.</summary>
    [Id(12)]
    public long ContactedBeforeDay { get; init; }

    /// <summary>Contacts that were decided before it are recalled, unix milliseconds; 0: none are.</summary>
    [Id(13)]
    public long RecalledBeforeMs { get; init; }

    /// <summary>Contacts of the runs that are not among <see cref="Runs"/> any more.</summary>
    [Id(14)]
    public long ContactedEarlier { get; init; }

    /// <summary>Everybody who wrote a revision since the last that was approved.</summary>
    [Id(20)]
    public ImmutableArray<string> Authors { get; init; } = [];

    /// <summary>A hash of the action, texts, placements and saved audience that were shown to the approver; empty: none is known.</summary>
    [Id(21)]
    public string ApprovedAs { get; init; } = "";

    /// <summary>Whether no arm is promoted any more, as the arms were out of their ratio once.</summary>
    [Id(22)]
    public bool IsPromotionOff { get; init; }

    /// <summary>When it was paused, unix milliseconds; of one that is not paused, the last time; 0: never.</summary>
    [Id(23)]
    public long PausedAtMs { get; init; }

    /// <summary>Counts every change of what is told here; not kept.</summary>
    [Id(9)]
    public long News { get; init; }

    /// <summary>The run under way; null: none is.</summary>
    public CampaignRunRecord? Running => Runs is [{ FinishedAtMs: null } run, ..] ? run : null;

    /// <summary>Contacts of all runs before the last.</summary>
    public long ContactedBefore => ContactedEarlier + Runs.Skip(1).Sum(static run => run.Counts.Contacted);

    /// <summary>With a new run before the others, of which the newest are kept; of the rest their contacts.</summary>
    /// <param name="run">The new run.</param>
    /// <param name="maxRuns">How many runs are kept.</param>
    public CampaignRecord With(CampaignRunRecord run, int maxRuns) => this with
    {
        Runs = [run, .. Runs.Take(maxRuns - 1)],
        ContactedEarlier = ContactedEarlier + Runs.Skip(maxRuns - 1).Sum(static dropped => dropped.Counts.Contacted),
    };

    /// <summary>A run that has ended and whose parts are kept still; null: there is none.</summary>
    public CampaignRunRecord? Leftover => Runs.FirstOrDefault(static run => run is { HasParts: true, FinishedAtMs: not null });

    /// <summary>Edition, state and which pause it is: nobody changes, approves or resumes what they have not seen.</summary>
    public string Etag => State == CampaignState.Paused && PausedAtMs > 0
        ? $"{Definition.Order.Revision}-{(int)State}-{PausedAtMs}"
        : $"{Definition.Order.Revision}-{(int)State}";

    /// <summary>The campaign as it is paused at an instant, of which each pause has another.</summary>
    public CampaignRecord Paused(long nowMs) => this with { State = CampaignState.Paused, PausedAtMs = Math.Max(nowMs, PausedAtMs + 1) };

    /// <summary>Whether an etag is of the campaign as it is. What was shown beside the definition may follow as a hash.</summary>
    public bool Is(string etag) => etag == Etag || etag.StartsWith($"{Etag}-", StringComparison.Ordinal);

    /// <summary>Whether a person wrote a part of what is to be approved.</summary>
    public bool IsBy(string person) => Domain.Approvals.Authors.Has(Domain.Approvals.Authors.With(Authors, Author), person);
}

/// <summary>Who did what to a campaign.</summary>
[GenerateSerializer, Immutable, Alias("zhice.campaign-log-record")]
public sealed record CampaignLogRecord([property: Id(0)] long AtMs, [property: Id(1)] string Actor, [property: Id(2)] string Text);

/// <summary>A run of a campaign.</summary>
[GenerateSerializer, Immutable, Alias("zhice.campaign-run-record")]
public sealed record CampaignRunRecord
{
    /// <summary>Its number, from 1.</summary>
    [Id(0)]
    public required long Number { get; init; }

    /// <summary>When it was due, unix milliseconds.</summary>
    [Id(1)]
    public required long DueAtMs { get; init; }

    /// <summary>When it began.</summary>
    [Id(2)]
    public required long StartedAtMs { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    [Id(3)]
    public long? FinishedAtMs { get; init; }

    /// <summary>How many the audience had when it began; -1 while that is not known.</summary>
    [Id(4)]
    public long Expected { get; init; } = -1;

    /// <summary>What became of the customers.</summary>
    [Id(5)]
    public RunCounts Counts { get; init; } = RunCounts.None;

    /// <summary>Contacts a second, over the last seconds.</summary>
    [Id(6)]
    public double Rate { get; init; }

    /// <summary>Why it waits; empty: it does not.</summary>
    [Id(7)]
    public string WaitingFor { get; init; } = "";

    /// <summary>Whether its parts are kept, by which it goes on after a break.</summary>
    [Id(8)]
    public bool HasParts { get; init; }
}
