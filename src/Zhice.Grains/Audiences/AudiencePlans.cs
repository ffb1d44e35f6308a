using System.Collections.Concurrent;
using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Audiences;

/// <summary>The plans of the expressions that are asked on this silo, each made once for a catalogue.</summary>
internal sealed class AudiencePlans(ICatalogs catalogs, IGrainFactory grains)
{
    private const int MaxPlans = 1_000;
    private const int MaxLists = 16 * CustomerBucket.Count;

    // A version of a list never changes.
    private readonly ConcurrentDictionary<(string List, int Bucket), ImmutableArray<byte[]>> _lists = new();

    private readonly ConcurrentDictionary<string, (Catalog Catalog, ExpressionPlan Plan)> _plans = new(StringComparer.Ordinal);

    /// <summary>A question made ready for a bucket.</summary>
    /// <exception cref="ExpressionException">It has no condition by this silo's catalogue.</exception>
    public async ValueTask<AudienceMatch> OfAsync(AudienceQuestion question, int bucket) =>
        new(Get(question.Expression), question.Purpose, question.List.Length == 0 ? null : await ListedAsync(question.List, bucket));

    private async ValueTask<ImmutableArray<byte[]>> ListedAsync(string list, int bucket)
    {
        if (!_lists.TryGetValue((list, bucket), out var listed))
        {
            listed = AudienceMatch.Keys(await grains.GetGrain<IAudienceListGrain>($"{list}/{bucket}").All());
            if (_lists.Count >= MaxLists)
            {
                _lists.Clear();
            }

            _lists[(list, bucket)] = listed;
        }

        return listed;
    }

    /// <summary>The plan of a condition; null for none, which holds for everyone.</summary>
    /// <exception cref="ExpressionException">It is no condition by this silo's catalogue.</exception>
    public ExpressionPlan? Get(string expression)
    {
        if (expression.Length == 0)
        {
            return null;
        }

        var catalog = catalogs.Current;
        if (!_plans.TryGetValue(expression, out var made) || made.Catalog != catalog)
        {
            if (_plans.Count >= MaxPlans)
            {
                _plans.Clear();
            }

            made = (catalog, new ExpressionPlan(Expression.Condition(expression, ExpressionSchema.Create(catalog))));
            _plans[expression] = made;
        }

        return made.Plan;
    }
}
