using System.Collections.Immutable;
using Zhice.Domain.Simulations;

namespace Zhice.Contracts.Simulations;

/// <summary>Makes one fairness report; its key is any fresh id.</summary>
[Alias("zhice.fairness")]
public interface IFairnessGrain : IGrainWithGuidKey
{
    /// <summary>Makes it: signs of life while it waits and works, and at the end the report.</summary>
    [Alias("Measure")]
    IAsyncEnumerable<FairnessNews> Measure(FairnessQuery query, CancellationToken cancellation);
}

/// <summary>What to report on; all of it was checked.</summary>
/// <param name="CatalogVersion">The version in force.</param>
/// <param name="Action">The action's number.</param>
/// <param name="Tag">The tag's number.</param>
/// <param name="PlacementId">The placement, which can show the action.</param>
[GenerateSerializer, Immutable, Alias("zhice.fairness-query")]
public sealed record FairnessQuery(
    [property: Id(0)] long CatalogVersion, [property: Id(1)] ushort Action, [property: Id(2)] ushort Tag,
    [property: Id(3)] string PlacementId);

/// <summary>News of a report.</summary>
/// <param name="Report">The report, which comes last; null: it is not ready.</param>
[GenerateSerializer, Immutable, Alias("zhice.fairness-news")]
public sealed record FairnessNews([property: Id(0)] FairnessReport? Report);

/// <summary>How an action's model and decisions treat the customers of each slice of a tag.</summary>
/// <param name="Customers">How many customers were sampled.</param>
/// <param name="Hidden">How many of them refuse personalization: they are in no slice.</param>
/// <param name="Unreadable">How many customers more could not be read.</param>
/// <param name="Learned">How many outcomes the model had learned on the silo that made the report.</param>
/// <param name="Slices">The slices.</param>
/// <param name="Suppressed">How many slices are not shown, as they are too small or too many.</param>
[GenerateSerializer, Immutable, Alias("zhice.fairness-report")]
public sealed record FairnessReport(
    [property: Id(0)] long Customers,
    [property: Id(1)] long Hidden,
    [property: Id(2)] long Unreadable,
    [property: Id(3)] long Learned,
    [property: Id(4)] ImmutableArray<FairnessSlice> Slices,
    [property: Id(5)] int Suppressed);
