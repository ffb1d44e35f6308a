using System.Collections.Immutable;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Measurement.Values;

namespace Zhice.Grains.Values;

/// <summary>Asks the audience index what the customers of a campaign have now.</summary>
internal sealed class CustomerValues(IGrainFactory grains, ICatalogs catalogs, TimeProvider clock)
{
    private const int BucketsAtOnce = 32;

    /// <summary>Reads, bucket by bucket.</summary>
    public async Task<IndexedValues> ReadAsync(CampaignCustomers customers, ValueQuestion question)
    {
        var tag = question.AumTagId.Length == 0 ? null : catalogs.Current.TagsById.GetValueOrDefault(question.AumTagId);
        var values = new IndexedValues(customers.Count, tag?.Type, question.ChurnCondition.Length > 0);
        if (tag is null && question.ChurnCondition.Length == 0)
        {
            return values;
        }

        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var some in customers.GetBuckets().Chunk(BucketsAtOnce))
        {
            await Task.WhenAll(some.Select(async bucket =>
            {
                int[] numbers = [.. bucket];
                ImmutableArray<ulong> hashes = [.. numbers.Select(customers.GetHash)];
                var found = await grains.GetGrain<IBucketGrain>(bucket.Key)
                    .Values(new(hashes, tag?.Id ?? "", question.ChurnCondition, nowMs));
                values.Set(numbers, found);
            }));
        }

        return values;
    }
}
