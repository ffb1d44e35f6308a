using System.IO.Hashing;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Zhice.V1;

namespace Zhice.Api.Requests;

/// <summary>
/// Hashes what a call asks, without its request id: the same id with the same hash is a repeat. Maps are put in order
/// first, since a client may write the same map in any order.
/// </summary>
internal static class BodyHash
{
    public static ulong Compute(RecommendRequest request)
    {
        var body = request.Clone();
        body.RequestId = "";
        Sort(body.Context);
        return ComputeHash(body);
    }

    public static ulong Compute<T>(T request)
        where T : IMessage, IDeepCloneable<T>
    {
        var body = request.Clone();
        body.Descriptor.FindFieldByName("request_id").Accessor.Clear(body);
        return ComputeHash(body);
    }

    private static ulong ComputeHash(IMessage body) =>
        XxHash3.HashToUInt64(body.ToByteArray(), (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(body.Descriptor.FullName)));

    private static void Sort(MapField<string, Value> map)
    {
        if (map.Count < 2)
        {
            return;
        }

        var sorted = map.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        map.Clear();
        foreach (var (key, value) in sorted)
        {
            map.Add(key, value);
        }
    }
}
