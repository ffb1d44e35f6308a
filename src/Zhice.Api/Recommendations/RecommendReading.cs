using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Catalogs.Yaml;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Recommendations;

/// <summary>Reads and checks what a request for recommendations asks.</summary>
internal static class RecommendReading
{
    private const int MaxContext = 32;

    private static readonly TimeSpan DefaultBudget = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MinBudget = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxBudget = TimeSpan.FromSeconds(10);

    /// <summary>Reads the facts of the call and how long the caller waits.</summary>
    /// <param name="request">The request.</param>
    /// <param name="catalog">The catalogue that its facts are read by.</param>
    /// <param name="check">Takes what is wrong with it.</param>
    public static (ImmutableArray<ContextTag> Context, TimeSpan Budget) Read(RecommendRequest request, Catalog catalog, RequestCheck check)
    {
        check.Id("customer_id", request.CustomerId);
        check.Id("placement_id", request.PlacementId);
        check.Text("request_id", request.RequestId, RequestCheck.MaxIdBytes);
        if (request.HasLimit && request.Limit is < 1 or > Decider.MaxLimit)
        {
            check.Add("limit", FieldReasons.OutOfRange, $"is {request.Limit}; 1 to {Decider.MaxLimit} are allowed");
        }

        var budget = request.LatencyBudget is not { } span
            ? DefaultBudget
            : check.Span(
                "latency_budget", span, DefaultBudget, MinBudget, MaxBudget,
                $"is {DurationText.Format(span)}; 1 millisecond to 10 seconds are allowed");
        return (ReadContext(request, catalog, check), budget);
    }

    private static ImmutableArray<ContextTag> ReadContext(RecommendRequest request, Catalog catalog, RequestCheck check)
    {
        if (request.Context.Count == 0)
        {
            return [];
        }

        if (request.Context.Count > MaxContext)
        {
            check.Add("context", FieldReasons.TooMany, $"has {request.Context.Count} entries; at most {MaxContext} are allowed");
            return [];
        }

        var facts = new ContextTag[request.Context.Count];
        var count = 0;
        foreach (var (id, value) in request.Context)
        {
            check.EnterKey("context", id);
            if (!catalog.TagsById.TryGetValue(id, out var tag))
            {
                check.Unknown("", "tag", id, catalog.TagsById.Keys);
            }
            else if (Values.TryRead(value, tag, "", check, out var fact))
            {
                facts[count++] = new(tag.Number, fact);
            }
        }

        check.ExitKey();
        return ImmutableCollectionsMarshal.AsImmutableArray(facts);
    }
}
