using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Collections;
using Zhice.Catalogs.Experiments;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>Checks the actions of a definition with their rules and treatments.</summary>
internal sealed class ActionCompiler(
    DefinitionNames names, RuleCompiler rules, CategoryTree categories, ExperimentCompiler experiments, ContextWeightCompiler weights)
{
    private const int MaxPriority = 1000;
    private const long MaxValueFen = 1_000_000_000_000_000;
    private const double DefaultPropensity = 0.02;

    private readonly SymbolTable _symbols = names.Symbols;
    private readonly CatalogFaults _faults = names.Faults;

    public ImmutableArray<BankAction> Compile(RepeatedField<V1.Action> definitions)
    {
        _faults.AtMost("actions", definitions.Count, 4096, "actions");
        var actions = ImmutableArray.CreateBuilder<BankAction>(definitions.Count);
        for (var i = 0; i < definitions.Count && !_faults.IsFull; i++)
        {
            var path = $"actions[{i}]";
            names.Actions.Add(path, "action_id", definitions[i].ActionId);
            actions.Add(Compile(path, definitions[i]));
        }

        return actions.ToImmutable();
    }

    private BankAction Compile(string path, V1.Action definition)
    {
        var displayName = _faults.DisplayName($"{path}.display_name", definition.DisplayName, definition.ActionId);
        categories.Ids.Knows($"{path}.category_id", definition.CategoryId);
        if (definition.Purpose is < V1.Purpose.Marketing or > V1.Purpose.Regulatory)
        {
            var found = definition.Purpose == V1.Purpose.Unspecified
                ? "the purpose is missing"
                : $"{(int)definition.Purpose} is no purpose";
            _faults.Add($"{path}.purpose", $"{found}; it is one of marketing, service, regulatory");
        }

        if (definition.ValueFen is < 0 or > MaxValueFen)
        {
            _faults.Add($"{path}.value_fen", $"found {definition.ValueFen} fen; a value is 0 to 10^15");
        }

        var lever = definition.HasLever ? definition.Lever : 1;
        if (!(lever is >= 0 and <= 1000))
        {
            _faults.Add($"{path}.lever", string.Create(CultureInfo.InvariantCulture, $"found {lever}; a lever is 0 to 1000"));
        }

        var propensity = definition.PriorPropensity == 0 ? DefaultPropensity : definition.PriorPropensity;
        if (!(propensity is > 0 and < 1))
        {
            _faults.Add($"{path}.prior_propensity", string.Create(
                CultureInfo.InvariantCulture,
                $"found {propensity}; a probability here is above 0 and below 1, or 0 for {DefaultPropensity}"));
        }

        if (definition.Priority is < 0 or > MaxPriority)
        {
            _faults.Add($"{path}.priority", $"found {definition.Priority}; a priority is 0 to {MaxPriority}");
        }

        var startsAt = _faults.Instant($"{path}.start_time", definition.StartTime, long.MinValue);
        var endsAt = _faults.Instant($"{path}.end_time", definition.EndTime, long.MaxValue);
        if (endsAt <= startsAt)
        {
            _faults.Add($"{path}.end_time", "the end is not after the start; let it be later, or leave it out");
        }

        return new BankAction
        {
            Id = definition.ActionId,
            FirstId = _symbols.FindFirstName(SymbolKind.Action, _symbols.Find(SymbolKind.Action, definition.ActionId)) ?? definition.ActionId,
            Number = _symbols.Find(SymbolKind.Action, definition.ActionId),
            DisplayName = displayName,
            Category = _symbols.Find(SymbolKind.Category, definition.CategoryId),
            Purpose = (Purpose)definition.Purpose,
            ValueFen = definition.ValueFen,
            Lever = lever,
            StartsAtMs = startsAt,
            EndsAtMs = endsAt,
            Holdouts = experiments.GetHoldouts(definition, categories),
            ContextWeights = weights.GetWeights(definition, categories),
            OnlyFor = experiments.Find($"{path}.only_for_arm", definition.OnlyForArm),
            Rules = [.. categories.GetRules(definition.CategoryId)
                .Concat(
                    rules.Compile(path, "rule of an action", "", definition.Eligibility, definition.Applicability, definition.Suitability))
                .OrderBy(rule => rule.WhenBroken)],
            Treatments = Treatments(path, definition.ActionId, definition.Treatments),
            PriorPropensity = propensity,
            Priority = definition.Priority,
            Stock = definition.Stock is null ? null : StockCompiler.Compile($"{path}.stock", definition.Stock, _faults),
            VoidedBy = VoidedBy($"{path}.voided_by_event_type_ids", definition.VoidedByEventTypeIds),
        };
    }

    private ImmutableArray<ushort> VoidedBy(string path, RepeatedField<string> eventTypeIds)
    {
        _faults.AtMost(path, eventTypeIds.Count, 16, "kinds of events");
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < eventTypeIds.Count && !_faults.IsFull; i++)
        {
            if (names.EventTypes.Knows($"{path}[{i}]", eventTypeIds[i]) && !first.TryAdd(eventTypeIds[i], i))
            {
                _faults.Add($"{path}[{i}]", $"'{eventTypeIds[i]}' is there already, at {first[eventTypeIds[i]]}; each kind is there once");
            }
        }

        return [.. eventTypeIds.Select(id => _symbols.Find(SymbolKind.EventType, id))];
    }

    private ImmutableArray<Treatment> Treatments(string path, string actionId, RepeatedField<V1.Treatment> definitions)
    {
        if (definitions.Count == 0)
        {
            _faults.Add($"{path}.treatments", "found none; an action has 1 to 64 treatments");
        }

        _faults.AtMost($"{path}.treatments", definitions.Count, 64, "treatments");
        var treatmentIds = new CatalogIds("treatment of an action", _faults);
        var treatments = ImmutableArray.CreateBuilder<Treatment>(definitions.Count);
        for (var i = 0; i < definitions.Count && !_faults.IsFull; i++)
        {
            var (treatmentPath, treatment) = ($"{path}.treatments[{i}]", definitions[i]);
            treatmentIds.Add(treatmentPath, "treatment_id", treatment.TreatmentId);
            var fullId = CatalogSymbols.Treatment(actionId, treatment.TreatmentId);
            names.Treatments.Note(fullId, treatmentPath);
            treatments.Add(new Treatment(
                treatment.TreatmentId,
                PlacementIds($"{treatmentPath}.placement_ids", treatment.PlacementIds),
                ContentCompiler.Compile($"{treatmentPath}.content", treatment.Content ?? new V1.Content(), _faults))
            {
                Rules = rules.Compile(
                    treatmentPath, "rule of a treatment", treatment.TreatmentId, treatment.Eligibility, treatment.Applicability,
                    treatment.Suitability),
                OnlyFor = experiments.Find($"{treatmentPath}.only_for_arm", treatment.OnlyForArm),
                Number = _symbols.Find(SymbolKind.Treatment, fullId),
            });
        }

        return treatments.ToImmutable();
    }

    private ImmutableArray<string> PlacementIds(string path, RepeatedField<string> placementIds)
    {
        if (placementIds.Count == 0)
        {
            _faults.Add(path, "found none; a treatment fits 1 to 64 names.Placements");
        }

        _faults.AtMost(path, placementIds.Count, 64, "names.Placements");
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < placementIds.Count && !_faults.IsFull; i++)
        {
            if (names.Placements.Knows($"{path}[{i}]", placementIds[i]) && !first.TryAdd(placementIds[i], i))
            {
                _faults.Add(
                    $"{path}[{i}]", $"'{placementIds[i]}' is there already, at {first[placementIds[i]]}; each placement is there once");
            }
        }

        return [.. placementIds];
    }
}
