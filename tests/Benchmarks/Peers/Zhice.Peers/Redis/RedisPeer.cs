using StackExchange.Redis;
using Zhice.Case;
using Zhice.V1;

namespace Zhice.Peers.Redis;

/// <summary>Reads a customer's hash of tags and hash of counters from Redis, or from Garnet, for each decision.</summary>
internal sealed class RedisPeer : IPeer, IAsyncDisposable
{
    private const string Script = "return {redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])}";

    private readonly ConnectionMultiplexer[] _connections;
    private readonly bool _isScript;
    private readonly CaseDecider _decider = new();
    private int _turn;

    private RedisPeer(ConnectionMultiplexer[] connections, bool isScript) => (_connections, _isScript) = (connections, isScript);

    public static async Task<RedisPeer> ConnectAsync(IConfiguration settings)
    {
        var connections = new List<ConnectionMultiplexer>();
        for (var n = settings.GetValue("Connections", 2); n > 0; n--)
        {
            connections.Add(await ConnectionMultiplexer.ConnectAsync(settings["Redis"]!));
        }

        return new([.. connections], settings["Read"] == "script");
    }

    public async ValueTask<RecommendResponse> RecommendAsync(RecommendRequest request)
    {
        var id = request.CustomerId;
        var database = _connections[(uint)Interlocked.Increment(ref _turn) % _connections.Length].GetDatabase();
        var (tags, caps) = _isScript ? await RunScriptAsync(database, id) : await PipelineAsync(database, id);
        return _decider.Decide(id, RedisKeys.Read(tags, caps).ToState(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections)
        {
            await connection.DisposeAsync();
        }
    }

    // Both are sent before the first is awaited: one round trip.
    private static async Task<(HashEntry[] Tags, HashEntry[] Caps)> PipelineAsync(IDatabase database, string id)
    {
        var (tags, caps) = (database.HashGetAllAsync(RedisKeys.Tags(id)), database.HashGetAllAsync(RedisKeys.Caps(id)));
        return (await tags, await caps);
    }

    private static async Task<(HashEntry[] Tags, HashEntry[] Caps)> RunScriptAsync(IDatabase database, string id)
    {
        var both = (RedisResult[])(await database.ScriptEvaluateAsync(Script, [RedisKeys.Tags(id), RedisKeys.Caps(id)]))!;
        return (Pairs((RedisValue[])both[0]!), Pairs((RedisValue[])both[1]!));
    }

    private static HashEntry[] Pairs(RedisValue[] flat)
    {
        var entries = new HashEntry[flat.Length / 2];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new(flat[2 * i], flat[(2 * i) + 1]);
        }

        return entries;
    }
}
