using Zhice.Contracts.Audiences;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Audiences;

/// <summary>
/// Forgets the uploaded lists that no audience names any more, some parts at a time. They stay for a week: a run that began with a
/// list asks by it for a day, and then by the one that took its place.
/// </summary>
internal sealed class ListForgetting(IGrainFactory grains)
{
    private const int PartsAtOnce = 64;
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>Forgets what is to be forgotten by now.</summary>
    public async Task ForgetAsync(DateTimeOffset now)
    {
        var book = grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key);
        foreach (var list in await book.Unnamed((now - KeptFor).ToUnixTimeMilliseconds()))
        {
            foreach (var some in Enumerable.Range(0, CustomerBucket.Count).Chunk(PartsAtOnce))
            {
                await Task.WhenAll(some.Select(bucket => grains.GetGrain<IAudienceListGrain>($"{list}/{bucket}").Clear().AsTask()));
            }

            await book.Forgotten(list);
        }
    }
}
