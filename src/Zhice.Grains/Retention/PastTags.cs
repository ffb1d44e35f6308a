using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;

namespace Zhice.Grains.Retention;

/// <summary>The values of tags that nobody reads any more: past their retention, or their time to live.</summary>
internal static class PastTags
{
    /// <summary>Whether a customer has some.</summary>
    public static bool Any(CustomerState state, Catalog catalog, long nowMs)
    {
        foreach (var entry in state.Tags)
        {
            if ((entry.ExpiresAtMs != 0 && entry.ExpiresAtMs <= nowMs)
                || catalog.Tag(entry.Tag)?.GetEnd(entry.WrittenAtMs, entry.ExpiresAtMs) <= nowMs)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes them from a state that is a copy.</summary>
    /// <returns>How many there were.</returns>
    public static int Remove(CustomerState state, Catalog catalog, long nowMs)
    {
        var before = state.Tags.Count;
        state.Tags.RemoveExpired(nowMs);
        foreach (var tag in catalog.RetainedTags)
        {
            state.Tags.RemovePast(tag, nowMs);
        }

        return before - state.Tags.Count;
    }
}
