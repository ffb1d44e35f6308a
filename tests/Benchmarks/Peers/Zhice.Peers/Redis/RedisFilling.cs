using StackExchange.Redis;
using Zhice.Case;

namespace Zhice.Peers.Redis;

/// <summary>Writes the active customers into Redis or Garnet. The others are left away, which does the peer no harm.</summary>
internal static class RedisFilling
{
    private const int AtOnce = 1_000;

    public static async Task RunAsync(IConfiguration settings)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(settings["Redis"]!);
        var (database, nowMs) = (connection.GetDatabase(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        foreach (var part in ActiveCustomers.Pick(settings.GetValue<int>("Active"), settings.GetValue<int>("Of")).Chunk(AtOnce))
        {
            var writes = new List<Task>(2 * AtOnce);
            foreach (var number in part)
            {
                var (id, customer) = (CaseCustomer.IdOf(number), CaseCustomer.Create(number, nowMs));
                writes.Add(database.HashSetAsync(RedisKeys.Tags(id), RedisKeys.ToTags(customer)));
                writes.Add(database.HashSetAsync(RedisKeys.Caps(id), RedisKeys.ToCaps(customer)));
            }

            await Task.WhenAll(writes);
        }
    }
}
