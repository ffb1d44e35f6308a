using System.Collections.Concurrent;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;

namespace Zhice.Grains.Audiences;

/// <summary>The plans of the expressions that are asked on this silo, each made once for a catalogue.</summary>
internal sealed class AudiencePlans(ICatalogs catalogs)
{
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<string, (Catalog Catalog, ExpressionPlan Plan)> _plans = new(StringComparer.Ordinal);

    /// <summary>The plan of a condition; null for none, which holds for everyone.</summary>
    /// <exception cref="ExpressionException">It is no condition by this silo's catalogue.</exception>
    public ExpressionPlan? Of(string expression)
    {
        if (expression.Length == 0)
        {
            return null;
        }

        var catalog = catalogs.Current;
        if (!_plans.TryGetValue(expression, out var made) || made.Catalog != catalog)
        {
            if (_plans.Count >= Most)
            {
                _plans.Clear();
            }

            made = (catalog, new ExpressionPlan(Expression.Condition(expression, ExpressionSchema.Of(catalog))));
            _plans[expression] = made;
        }

        return made.Plan;
    }
}
