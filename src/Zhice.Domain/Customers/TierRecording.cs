using Zhice.Domain.Catalogs;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Customers;

/// <summary>The facts of customers who move from one tier to another.</summary>
public static class TierRecording
{
    /// <summary>
    /// Records a move, if a change brought the customer from one tier into another or out of all. A customer's first tier is no move: else
    /// the first import of a bank would record each customer.
    /// </summary>
    /// <param name="before">The state before the change.</param>
    /// <param name="after">The state after it, which may be changed.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <remarks>Hot path: once a commit, two look-ups where the catalogue names a tier tag.</remarks>
    public static void Record(CustomerState before, CustomerState after, Catalog catalog, long nowMs)
    {
        if (catalog.TierTag == 0 || catalog.Tag(catalog.TierTag) is not { } tag || !before.Tags.TryGet(tag, nowMs, out var from)
            || (after.Tags.TryGet(tag, nowMs, out var to) && to == from))
        {
            return;
        }

        var group = new FactGroup { Tier = FactRecording.GetTier(after, catalog, nowMs) };
        (after.Effects ??= new()).Record(Fact.Of(FactKind.TierMoved, "", nowMs, catalog.Calendar.GetDay(nowMs), group) with
        {
            Code = (int)from, About = TagText.Format(tag, from),
        });
    }
}
