using Zhice.Contracts.Audiences;
using Zhice.Domain.Tags;
using Zhice.V1;

namespace Zhice.Api.Audiences;

/// <summary>The values of a tag as bars: each by itself where there are few, else in bins of one width.</summary>
internal static class AudienceBars
{
    public static BreakDownAudienceResponse Create(AudienceBreakdown breakdown, Domain.Tags.TagDefinition tag, int limit)
    {
        var response = new BreakDownAudienceResponse { Without = breakdown.Without };
        if (tag.Type == Domain.Tags.TagType.String)
        {
            Frequent(response, breakdown.Texts, static text => text, limit);
        }
        else if (breakdown.Numbers.Count <= limit || tag.Type is Domain.Tags.TagType.Bool or Domain.Tags.TagType.Enum)
        {
            Frequent(response, breakdown.Numbers, bits => TagText.Format(tag, bits), limit);
        }
        else
        {
            Bins(response, breakdown, tag, limit);
        }

        return response;
    }

    private static void Frequent<T>(
        BreakDownAudienceResponse response, IEnumerable<KeyValuePair<T, long>> values, Func<T, string> shown, int limit)
    {
        var bars = values.Select(value => new AudienceBar { Value = shown(value.Key), Customers = value.Value })
            .OrderByDescending(static bar => bar.Customers).ThenBy(static bar => bar.Value, StringComparer.Ordinal).ToList();
        response.Bars.AddRange(bars.Take(limit));
        response.Others = bars.Skip(limit).Sum(static bar => bar.Customers);
    }

    private static void Bins(BreakDownAudienceResponse response, AudienceBreakdown breakdown, Domain.Tags.TagDefinition tag, int limit)
    {
        var (least, most) = (breakdown.Numbers.Keys.Min(), breakdown.Numbers.Keys.Max());
        var width = (((Int128)most - least) / limit) + 1;
        foreach (var bin in breakdown.Numbers.GroupBy(each => (int)(((Int128)each.Key - least) / width)).OrderBy(static bin => bin.Key))
        {
            var from = least + (width * bin.Key);
            response.Bars.Add(new AudienceBar
            {
                Value = TagText.Format(tag, (long)from),
                Until = TagText.Format(tag, (long)Int128.Min(from + width - 1, most)),
                Customers = bin.Sum(static each => each.Value),
            });
        }
    }
}
