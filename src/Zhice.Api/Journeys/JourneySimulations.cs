using Zhice.Api.Catalogs;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Catalogs.Journeys;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Customers;
using Zhice.Domain.Customers;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using TagText = Zhice.Domain.Tags.TagText;

namespace Zhice.Api.Journeys;

/// <summary>How a customer would fare: journeys played for a copy of their state.</summary>
internal sealed class JourneySimulations(IGrainFactory grains, ICatalogs catalogs) : IDisposable
{
    // A draft is checked and compiled, which may take a second of a processor: two at a time, the others wait.
    private readonly SemaphoreSlim _turns = new(2);

    private const int MaxHappenings = 1_000;

    // A journey that looks each day has as many instants to be tried.
    private static readonly TimeSpan MaxPlay = TimeSpan.FromDays(3_660);

    public async Task<SimulateJourneysResponse> PlayAsync(SimulateJourneysRequest request, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            return await PlayAsync(request);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<SimulateJourneysResponse> PlayAsync(SimulateJourneysRequest request)
    {
        var check = new RequestCheck();
        if (request.CustomerId.Length > 0)
        {
            check.Id("customer_id", request.CustomerId);
        }

        var draft = CatalogDraft.Read(request.Draft, catalogs.Current, check);
        check.ThrowIfAny();
        Check(request, draft, check);
        check.ThrowIfAny();
        var found = request.CustomerId.Length == 0 ? null : await grains.Customer(request.CustomerId).Find();
        return new() { Steps = { JourneySimulation.Run(draft, request.CustomerId, found?.State ?? new CustomerState(), request.Happenings) } };
    }

    private static void Check(SimulateJourneysRequest request, Catalog catalog, RequestCheck check)
    {
        if (request.Happenings.Count is 0 or > MaxHappenings)
        {
            check.Add("happenings", FieldReasons.TooMany, $"has {request.Happenings.Count} entries; 1 to {MaxHappenings} are allowed");
            return;
        }

        var (first, before) = (0L, long.MinValue);
        for (var i = 0; i < request.Happenings.Count; i++)
        {
            var (path, happening) = ($"happenings[{i}]", request.Happenings[i]);
            if (happening.Time is null)
            {
                check.Add($"{path}.time", FieldReasons.Required, "must be set");
                continue;
            }

            var atMs = check.Instant($"{path}.time", happening.Time);
            first = i == 0 ? atMs : first;
            if (atMs < before || atMs - first > MaxPlay.TotalMilliseconds)
            {
                check.Add(
                    $"{path}.time", FieldReasons.OutOfRange,
                    $"must not be before the one ahead of it, nor more than {MaxPlay.TotalDays} days after the first");
            }

            before = atMs;
            if (happening.WhatCase == JourneyHappening.WhatOneofCase.EventTypeId && !catalog.EventTypes.ContainsKey(happening.EventTypeId))
            {
                check.Unknown($"{path}.event_type_id", "event type", happening.EventTypeId, catalog.EventTypes.Keys);
            }
            else if (happening.WhatCase == JourneyHappening.WhatOneofCase.Tag)
            {
                CheckTag($"{path}.tag", happening.Tag, catalog, check);
            }
            else if (happening.WhatCase == JourneyHappening.WhatOneofCase.Contact)
            {
                CheckContact($"{path}.contact", happening.Contact, catalog, check);
            }
        }
    }

    private static void CheckContact(string path, StageContactHappening contact, Catalog catalog, RequestCheck check)
    {
        if (!catalog.Journeys.Stages.ContainsKey(contact.JourneyId))
        {
            check.Unknown($"{path}.journey_id", "journey", contact.JourneyId, catalog.Journeys.Stages.Keys);
        }

        if (contact.Outcome is < StageContactOutcome.Blocked or > StageContactOutcome.Answered)
        {
            check.Add($"{path}.outcome", FieldReasons.Required, "must be set");
        }
    }

    private static void CheckTag(string path, WrittenTag written, Catalog catalog, RequestCheck check)
    {
        if (!catalog.TagsById.TryGetValue(written.TagId, out var tag))
        {
            check.Unknown($"{path}.tag_id", "tag", written.TagId, catalog.TagsById.Keys);
        }
        else if (tag.Live is not null)
        {
            check.Add($"{path}.tag_id", FieldReasons.NotAllowed, "is a live tag: events make it");
        }
        else if (TagText.TryRead(written.Value, tag) is null)
        {
            check.Add($"{path}.value", FieldReasons.Malformed, $"is no value of the tag; {TagText.Expected(tag)}");
        }
    }
}
