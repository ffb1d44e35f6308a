using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Catalogs.Outcomes;

/// <summary>Checks the outcomes of a definition, and the tag of the tiers.</summary>
internal sealed class OutcomeCompiler(SymbolTable symbols, CatalogIds eventTypes, CatalogIds actions, CatalogFaults faults)
{
    private const int MaxPropertyBytes = 64;
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromDays(30);
    private static readonly TimeSpan MinWindow = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(90);

    public ImmutableArray<OutcomeDefinition> Compile(RepeatedField<V1.Outcome> definitions)
    {
        faults.AtMost("outcomes", definitions.Count, OutcomeDefinition.MaxOutcomes, "outcomes");
        var ids = new CatalogIds("outcome", faults);
        var outcomes = ImmutableArray.CreateBuilder<OutcomeDefinition>(definitions.Count);
        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var (path, definition) = ($"outcomes[{i}]", definitions[i]);
            ids.Add(path, "outcome_id", definition.OutcomeId);
            faults.DisplayName($"{path}.display_name", definition.DisplayName, definition.OutcomeId);
            eventTypes.Knows($"{path}.event_type_id", definition.EventTypeId);
            var property = faults.Text($"{path}.amount_property", definition.AmountProperty, MaxPropertyBytes);
            for (var action = 0; action < definition.ActionIds.Count && !faults.IsFull; action++)
            {
                actions.Knows($"{path}.action_ids[{action}]", definition.ActionIds[action]);
            }

            var number = symbols.Find(SymbolKind.Outcome, definition.OutcomeId);
            if (number > OutcomeDefinition.MaxOutcomes)
            {
                faults.Add(path, $"with those of earlier versions there would be {number} outcomes; there may be at most {OutcomeDefinition.MaxOutcomes}, so give an earlier one another event or window instead");
            }

            var windowMs = definition.Window is null
                ? (long)DefaultWindow.TotalMilliseconds
                : faults.Span($"{path}.window", definition.Window, MinWindow, MaxWindow);
            outcomes.Add(new(
                definition.OutcomeId, number, symbols.Find(SymbolKind.EventType, definition.EventTypeId), property,
                [.. definition.ActionIds.Select(id => symbols.Find(SymbolKind.Action, id)).Distinct()], windowMs));
        }

        return outcomes.ToImmutable();
    }

    /// <summary>The number of the tag of the tiers; 0 when none is named.</summary>
    public ushort FindTierTag(string tagId, ImmutableArray<TagDefinition> tags)
    {
        if (tagId.Length == 0)
        {
            return 0;
        }

        if (tags.FirstOrDefault(tag => tag.Id == tagId) is not { } found)
        {
            faults.Add("tier_tag_id", $"there is no tag '{ShortName.Shorten(tagId)}'; name an enum tag of this catalogue, or none");
            return 0;
        }

        if (found.Type != TagType.Enum || found.IsSensitive)
        {
            faults.Add("tier_tag_id", $"the tag '{tagId}' is {(found.IsSensitive ? "sensitive" : "no enum")}; tiers are the values of an enum tag that is not sensitive");
        }

        return found.Number;
    }
}
