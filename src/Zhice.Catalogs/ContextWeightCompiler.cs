using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Collections;
using Zhice.Domain.Catalogs;

namespace Zhice.Catalogs;

/// <summary>Checks the context weights of a definition, and says which an action has.</summary>
internal sealed class ContextWeightCompiler
{
    private const int MaxWeights = 64;
    private const double MaxWeight = 1000;

    private readonly RepeatedField<V1.ContextWeight> _definitions;

    public ContextWeightCompiler(
        RepeatedField<V1.ContextWeight> definitions, RuleCompiler rules, CategoryTree categories, CatalogFaults faults)
    {
        _definitions = definitions;
        faults.AtMost("context_weights", definitions.Count, MaxWeights, "context weights");
        var ids = new CatalogIds("context weight", faults);
        var weights = ImmutableArray.CreateBuilder<ContextWeight>();
        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var (path, weight) = ($"context_weights[{i}]", definitions[i]);
            ids.Add(path, "weight_id", weight.WeightId);
            if (!(weight.Weight is >= 0 and <= MaxWeight))
            {
                faults.Add(
                    $"{path}.weight", string.Create(CultureInfo.InvariantCulture, $"found {weight.Weight}; a weight is 0 to {MaxWeight}"));
            }

            if (weight.ScopeCase == V1.ContextWeight.ScopeOneofCase.None)
            {
                faults.Add(path, "it names no actions; set a category_id or an action_id");
            }
            else if (weight.ScopeCase == V1.ContextWeight.ScopeOneofCase.CategoryId)
            {
                categories.Ids.Knows($"{path}.category_id", weight.CategoryId);
            }

            if (rules.Condition($"{path}.when", weight.When) is { } when)
            {
                weights.Add(new ContextWeight(weight.WeightId, when, weight.Weight));
            }
        }

        Weights = weights.ToImmutable();
    }

    /// <summary>The weights, in the definition's order; complete when there are no faults.</summary>
    public ImmutableArray<ContextWeight> Weights { get; }

    /// <summary>A bit for each weight that can move an action.</summary>
    public ulong GetWeights(V1.Action action, CategoryTree categories) => GetBits(_definitions, weight => weight.ScopeCase switch
    {
        V1.ContextWeight.ScopeOneofCase.ActionId => weight.ActionId == action.ActionId,
        V1.ContextWeight.ScopeOneofCase.CategoryId => categories.IsWithin(action.CategoryId, weight.CategoryId),
        _ => false,
    });

    /// <summary>Names of actions that weights have and the definition does not.</summary>
    public void CheckActions(CatalogIds actions)
    {
        for (var i = 0; i < _definitions.Count; i++)
        {
            if (_definitions[i].ScopeCase == V1.ContextWeight.ScopeOneofCase.ActionId)
            {
                actions.Knows($"context_weights[{i}].action_id", _definitions[i].ActionId);
            }
        }
    }

    /// <summary>A bit for each of at most 64 things of which something holds.</summary>
    internal static ulong GetBits<T>(RepeatedField<T> things, Func<T, bool> holds)
    {
        var bits = 0UL;
        for (var i = 0; i < Math.Min(things.Count, MaxWeights); i++)
        {
            bits |= holds(things[i]) ? 1UL << i : 0;
        }

        return bits;
    }
}
