using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Catalogs.Journeys;

/// <summary>Checks what customers' entry into a stage does.</summary>
/// <param name="names">The definition's names.</param>
/// <param name="tags">The tags by id.</param>
/// <param name="marketing">The ids of actions whose purpose is marketing: their contacts are void once the stage is left.</param>
internal sealed class StageActionCompiler(
    DefinitionNames names, FrozenDictionary<string, TagDefinition> tags, FrozenSet<string> marketing)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3_660);

    private readonly CatalogFaults _faults = names.Faults;

    /// <summary>Checks one; null with a fault when it cannot be.</summary>
    /// <param name="path">Where it stands in the definition.</param>
    /// <param name="origin">The stage.</param>
    /// <param name="number">Its place among those of the stage.</param>
    /// <param name="stageAction">What is to be done.</param>
    public StageAction? Compile(string path, ContactOrigin origin, int number, V1.StageAction stageAction)
    {
        switch (stageAction.ActionCase)
        {
            case V1.StageAction.ActionOneofCase.SetTag:
                return CompileSetTag($"{path}.set_tag", stageAction.SetTag);
            case V1.StageAction.ActionOneofCase.EmitEventTypeId:
                names.EventTypes.Knows($"{path}.emit_event_type_id", stageAction.EmitEventTypeId);
                return new EmitEventAction(names.Symbols.Find(SymbolKind.EventType, stageAction.EmitEventTypeId));
            case V1.StageAction.ActionOneofCase.Contact:
                return CompileContact($"{path}.contact", origin, number, stageAction.Contact);
            case V1.StageAction.ActionOneofCase.HandOff:
                return CompileHandOff($"{path}.hand_off", stageAction.HandOff);
            default:
                _faults.Add(path, "found nothing to do; it is one of set_tag, emit_event_type_id, contact, hand_off");
                return null;
        }
    }

    private ContactAction CompileContact(string path, ContactOrigin origin, int number, V1.ContactAction contact)
    {
        names.Actions.Knows($"{path}.action_id", contact.ActionId);
        if (contact.PlacementIds.Count == 0)
        {
            _faults.Add($"{path}.placement_ids", "found none; a contact names 1 to 8 placements");
        }

        _faults.AtMost($"{path}.placement_ids", contact.PlacementIds.Count, 8, "placements");
        foreach (var (i, id) in contact.PlacementIds.Index())
        {
            names.Placements.Knows($"{path}.placement_ids[{i}]", id);
        }

        return new ContactAction(new()
        {
            CampaignId = $"{origin.JourneyId}/{origin.StageId}",
            Revision = (origin.Version * 16L) + number,
            Audience = "",
            ActionId = contact.ActionId,
            PlacementIds = [.. contact.PlacementIds],
            ContactExpiryMs = CompileSpan($"{path}.expiry", contact.Expiry, Minute, TimeSpan.FromDays(30))
                ?? (long)TimeSpan.FromDays(1).TotalMilliseconds,
            Origin = origin with { IsVoidOnLeave = VoidOnLeave($"{path}.void_on_leave", contact, origin.IsVoidOnLeave) },
        });
    }

    private HandOffAction CompileHandOff(string path, V1.HandOffAction handOff)
    {
        names.Actions.Knows($"{path}.action_id", handOff.ActionId);
        names.Placements.Knows($"{path}.placement_id", handOff.PlacementId);
        Needed(
            $"{path}.owner", _faults.Text($"{path}.owner", handOff.Owner, 64),
            "who or which team takes the customer");
        Needed(
            $"{path}.kind", _faults.Text($"{path}.kind", handOff.Kind, 64),
            "what is to be done, such as \"call_back\"");
        var due = CompileSpan($"{path}.due_in", handOff.DueIn ?? new(), Minute, TimeSpan.FromDays(90)) ?? 0;
        return new HandOffAction(handOff.ActionId, handOff.PlacementId, handOff.Owner, handOff.Kind, due);
    }

    private bool VoidOnLeave(string path, V1.ContactAction contact, bool isLeft)
    {
        if (contact is { HasVoidOnLeave: true, VoidOnLeave: true } && !isLeft)
        {
            _faults.Add(path, "is true, and the stage is final: no customer leaves it; remove it");
        }

        return contact.HasVoidOnLeave ? contact.VoidOnLeave : isLeft && marketing.Contains(contact.ActionId);
    }

    private SetTagAction? CompileSetTag(string path, V1.SetTagAction stageAction)
    {
        if (!tags.TryGetValue(stageAction.TagId, out var tag))
        {
            _faults.Add($"{path}.tag_id", $"there is no tag '{ShortName.Shorten(stageAction.TagId)}'{NearestName.Hint(ShortName.Shorten(stageAction.TagId), tags.Keys)}");
            return null;
        }

        if (tag.Live is not null)
        {
            _faults.Add($"{path}.tag_id", $"'{tag.Id}' is a live tag, which is computed from events; name a tag that is written");
            return null;
        }

        var life = CompileSpan($"{path}.time_to_live", stageAction.TimeToLive, Second, TenYears) ?? 0;
        if (stageAction.Value.Length == 0)
        {
            return new(new(tag.Number, TagOperation.Remove, default, 0), 0, IsNow: false);
        }

        if (tag.Type == TagType.Time && stageAction.Value == "now")
        {
            return new(new(tag.Number, TagOperation.Set, TagValue.Time(0), 0), life, IsNow: true);
        }

        if (TagText.TryRead(stageAction.Value, tag) is { } value)
        {
            return new(new(tag.Number, TagOperation.Set, value, 0), life, IsNow: false);
        }

        _faults.Add($"{path}.value", $"found \"{ShortName.Shorten(stageAction.Value)}\"; {TagText.Expected(tag)}");
        return null;
    }

    private void Needed(string path, string text, string what)
    {
        if (text.Length == 0)
        {
            _faults.Add(path, $"is missing: {what}");
        }
    }

    private long? CompileSpan(string path, Duration? span, TimeSpan min, TimeSpan max) =>
        span is null ? null : _faults.Span(path, span, min, max);
}
