using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>Checks conditions, and the three lists of rules that categories, actions and treatments have.</summary>
internal sealed class RuleCompiler(ExpressionSchema schema, CatalogFaults faults)
{
    private const int MaxRules = 32;
    private const int MaxBytesOfCharacter = 3;

    private readonly Dictionary<string, (Expression Expression, int Number)> _conditions = new(StringComparer.Ordinal);

    /// <summary>The rules in the order in which they are asked.</summary>
    /// <param name="path">The path of their owner.</param>
    /// <param name="kind">What they are, for faults.</param>
    /// <param name="prefix">Their owner's id, by which an action that takes them over names them; empty for an action's own.</param>
    /// <param name="eligibility">May they have it?</param>
    /// <param name="applicability">Does it make sense now?</param>
    /// <param name="suitability">Is it good for them?</param>
    /// <param name="isProtective">Whether their owner says that all of them are protective.</param>
    public ImmutableArray<Rule> Compile(
        string path,
        string kind,
        string prefix,
        RepeatedField<V1.Rule> eligibility,
        RepeatedField<V1.Rule> applicability,
        RepeatedField<V1.Rule> suitability,
        bool isProtective = false)
    {
        var ids = new CatalogIds(kind, faults);
        var rules = ImmutableArray.CreateBuilder<Rule>();
        Add("eligibility", eligibility, ReasonCode.Ineligible);
        Add("applicability", applicability, ReasonCode.NotApplicable);
        Add("suitability", suitability, ReasonCode.Unsuitable);
        return rules.ToImmutable();

        void Add(string list, RepeatedField<V1.Rule> definitions, ReasonCode whenBroken)
        {
            faults.AtMost($"{path}.{list}", definitions.Count, MaxRules, "rules");
            for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
            {
                var (rulePath, rule) = ($"{path}.{list}[{i}]", definitions[i]);
                ids.Add(rulePath, "rule_id", rule.RuleId);
                if (Shared($"{rulePath}.expression", rule.Expression) is { } shared)
                {
                    var id = prefix.Length == 0 ? rule.RuleId : $"{prefix}/{rule.RuleId}";
                    rules.Add(
                        new Rule(
                            id, whenBroken,
                            shared.Expression) { Condition = shared.Number, IsProtective = isProtective || rule.Protective });
                }
            }
        }
    }

    // Rules that ask the same share one condition, and its number.
    private (Expression Expression, int Number)? Shared(string path, string source)
    {
        if (_conditions.TryGetValue(source, out var known))
        {
            return known;
        }

        if (Condition(path, source) is not { } expression)
        {
            return null;
        }

        var added = (expression, _conditions.Count < Rule.MaxConditions ? _conditions.Count : -1);
        _conditions.Add(source, added);
        return added;
    }

    /// <summary>A condition; null with a fault when it is none.</summary>
    public Expression? Condition(string path, string source)
    {
        // A text that is no sound UTF-8 has its fault already.
        var before = faults.Count;
        faults.Text(path, source, Expression.MaxLength * MaxBytesOfCharacter);
        if (faults.Count > before)
        {
            return null;
        }

        try
        {
            return Expression.Condition(source, schema);
        }
        catch (ExpressionException fault)
        {
            faults.Add(path, fault.Message);
            return null;
        }
    }
}
