using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Erasures;

/// <summary>
/// A customer's state as the person can read it, part by part. Names are the catalogue's; what it no longer defines is shown by the name
/// that it had. A test compares the parts with <see cref="CustomerState"/>.
/// </summary>
internal static class HeldState
{
    /// <summary>Shows one part.</summary>
    internal delegate IEnumerable<JsonObject> Show(CustomerState state, Catalog catalog, long nowMs);

    /// <summary>The parts, by the names of the state's properties.</summary>
    public static ImmutableArray<(string Part, Show Show)> Parts { get; } =
    [
        (nameof(CustomerState.Tags), Tags),
        (nameof(CustomerState.LiveTags), LiveTags),
        (nameof(CustomerState.Contacts), static (state, catalog, nowMs) => catalog.ContactPolicy.Uses(state.ContactState, nowMs).Select(use => new JsonObject
        {
            ["cap"] = use.Cap.Id, ["used"] = use.Used, ["limit"] = use.Cap.Limit,
        })),
        (nameof(CustomerState.Consents), static (state, catalog, _) => state.Consents.Entries.Select(entry => new JsonObject
        {
            ["channel"] = entry.Channel == 0 ? "all" : Name(catalog, SymbolKind.Channel, entry.Channel),
            ["purpose"] = entry.Purpose.ToString(), ["granted"] = entry.IsGranted,
            ["at"] = HeldRow.Instant(entry.AtMs), ["source"] = entry.Source.ToString(),
        })),
        (nameof(CustomerState.ContactAnswers), static (state, catalog, _) => state.ContactAnswers.Answers.Select(answer => new JsonObject
        {
            ["action"] = Name(catalog, SymbolKind.Action, answer.Action), ["dismissed"] = InstantOrNull(answer.DismissedAtMs),
            ["accepted"] = InstantOrNull(answer.AcceptedAtMs),
        })),
        (nameof(CustomerState.Reservations), static (state, catalog, _) => state.Reservations.All.ToArray().Select(kept => new JsonObject
        {
            ["contact"] = kept.Contact.ToString(), ["action"] = Name(catalog, SymbolKind.Action, kept.Contact.Action),
            ["until"] = HeldRow.Instant(kept.ExpiresAtMs),
        })),
        (
            nameof(CustomerState.CountedIds),
            static (state, _, _) => Number("hashes of ids of events that were counted", state.CountedIds.Count)),
        (
            nameof(CustomerState.AnsweredRequests),
            static (_, _, _) =>
                [new JsonObject { ["what"] = "hashes of ids of calls of the last 7 days, by which a repeat is recognised" }]),
        (nameof(CustomerState.ContactLog), static (state, catalog, _) => state.ContactLog.All.ToArray().Select(contact => new JsonObject
        {
            ["contact"] = contact.Id.ToString(), ["action"] = Name(catalog, SymbolKind.Action, contact.Id.Action),
            ["at"] = HeldRow.Instant(contact.AtMs),
            ["answer"] = contact.Answer.ToString(), ["answered"] = InstantOrNull(contact.AnsweredAtMs),
        })),
        (nameof(CustomerState.PastEvents), static (state, catalog, _) => state.PastEvents.Events.Select(past => new JsonObject
        {
            ["event"] = Name(catalog, SymbolKind.EventType, past.Type), ["at"] = HeldRow.Instant(past.AtMs),
            ["channel"] = Name(catalog, SymbolKind.Channel, past.Channel),
        })),
        (nameof(CustomerState.Holds), static (state, catalog, _) => state.Holds.All.ToArray().Select(hold => new JsonObject
        {
            ["action"] = Name(catalog, SymbolKind.Action, hold.Contact.Action), ["owner"] = hold.Owner,
            ["until"] = HeldRow.Instant(hold.ExpiresAtMs),
        })),
        (nameof(CustomerState.Units), static (state, catalog, _) => state.Units.All.ToArray().Select(unit => new JsonObject
        {
            ["action"] = Name(catalog, SymbolKind.Action, unit.Contact.Action), ["contact"] = unit.Contact.ToString(),
            ["until"] = HeldRow.Instant(unit.UntilMs),
        })),
        (nameof(CustomerState.Journeys), Journeys),
        (nameof(CustomerState.KeptDecisions), static (state, catalog, _) => state.KeptDecisions.All.ToArray().Select(kept => new JsonObject
        {
            ["decision"] = kept.Id.ToString(), ["decided"] = HeldRow.Instant(kept.Id.DecidedAtMs), ["personalized"] = kept.IsPersonalized,
            ["offers"] = new JsonArray([.. kept.Offers.Select(offer => (JsonNode)Name(catalog, SymbolKind.Action, offer.Action))]),
            ["features"] = $"{kept.Features.Length} hashes of features, of tags as they were",
        })),
        (
            nameof(CustomerState.CountedAnswers),
            static (state, _, _) => Number("hashes of answers that were counted", state.CountedAnswers.Count)),
        (nameof(CustomerState.Touches), static (state, catalog, _) => state.Touches.All.ToArray().Select(touch => new JsonObject
        {
            ["contact"] = touch.Id.ToString(), ["action"] = Name(catalog, SymbolKind.Action, touch.Id.Action),
            ["at"] = HeldRow.Instant(touch.AtMs),
            ["held_out"] = touch.IsHeldOut, ["void"] = touch.IsVoid,
        })),
        (nameof(CustomerState.Exposures), static (state, catalog, _) => state.Exposures.All.ToArray().Select(exposure => new JsonObject
        {
            ["experiment"] = catalog.Experiments.FirstOrDefault(each => each.Key == exposure.Experiment)?.Id
                ?? catalog.Holdouts.FirstOrDefault(each => each.Key == exposure.Experiment)?.Id,
            ["at"] = HeldRow.Instant(exposure.AtMs),
        })),
    ];

    private static IEnumerable<JsonObject> Tags(CustomerState state, Catalog catalog, long nowMs)
    {
        foreach (var entry in state.Tags)
        {
            var tag = catalog.Tag(entry.Tag);
            if ((entry.ExpiresAtMs != 0 && entry.ExpiresAtMs <= nowMs) || tag?.GetEnd(entry.WrittenAtMs, entry.ExpiresAtMs) <= nowMs)
            {
                // Past its end nobody reads it; it is removed at the next change, or in the background.
                continue;
            }

            yield return new JsonObject
            {
                ["tag"] = Name(catalog, SymbolKind.Tag, entry.Tag),
                ["value"] = entry.Text ?? (tag is null ? $"{entry.Bits}" : TagText.Format(tag, entry.Bits)),
                ["source"] = entry.Source.ToString(),
                ["written"] = HeldRow.Instant(entry.WrittenAtMs),
                ["until"] = entry.ExpiresAtMs == 0 ? null : HeldRow.Instant(entry.ExpiresAtMs),
                ["defined"] = tag is not null,
            };
        }
    }

    private static IEnumerable<JsonObject> LiveTags(CustomerState state, Catalog catalog, long nowMs)
    {
        var day = catalog.Calendar.GetDay(nowMs);
        foreach (var tag in catalog.LiveTags)
        {
            if (tag.Type == TagType.String ? state.LiveTags.TryGetText(tag.Live!, nowMs, out var text) : Format(tag, out text))
            {
                yield return new JsonObject { ["tag"] = tag.Id, ["value"] = text, ["source"] = "Event" };
            }
        }

        bool Format(TagDefinition tag, out string formatted)
        {
            var has = state.LiveTags.TryGet(tag.Live!, nowMs, day, out var bits);
            formatted = has ? TagText.Format(tag, bits) : "";
            return has;
        }
    }

    private static IEnumerable<JsonObject> Journeys(CustomerState state, Catalog catalog, long nowMs) =>
    [
        .. state.Journeys.Places.ToArray().Select(place => new JsonObject
        {
            ["journey"] = Name(catalog, SymbolKind.Journey, place.Journey), ["stage"] = Name(catalog, SymbolKind.Stage, place.Stage),
            ["entered"] = HeldRow.Instant(place.EnteredAtMs), ["since"] = HeldRow.Instant(place.SinceMs),
        }),
        .. state.Journeys.Path.Select(move => new JsonObject
        {
            ["journey"] = Name(catalog, SymbolKind.Journey, move.Journey), ["from"] = Name(catalog, SymbolKind.Stage, move.From),
            ["to"] = Name(catalog, SymbolKind.Stage, move.To),
            ["cause"] = move.Cause.ToString(), ["at"] = HeldRow.Instant(move.AtMs),
        }),
    ];

    private static JsonObject[] Number(string what, int count) => count == 0 ? [] : [new JsonObject { ["what"] = what, ["count"] = count }];

    private static string Name(Catalog catalog, SymbolKind kind, ushort number) =>
        number == 0 ? "" : catalog.Symbols.FindName(kind, number) ?? $"#{number}";

    private static string? InstantOrNull(long atMs) => atMs is 0 or long.MinValue ? null : HeldRow.Instant(atMs);
}
