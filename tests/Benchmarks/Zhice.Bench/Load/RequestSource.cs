using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Zhice.V1;

namespace Zhice.Bench.Load;

/// <summary>Requests that were encoded beforehand, drawn at random: of customers at random, of some hot ones, or from a file.</summary>
internal sealed class RequestSource
{
    private const int PrefixBytes = 5;

    private readonly Request[] _requests;
    private readonly double _hotShare;

    private RequestSource(Request[] requests, double hotShare = 0) => (_requests, _hotShare) = (requests, hotShare);

    /// <summary>How many different ones there are.</summary>
    public int Count => _requests.Length;

    /// <summary>One request for each customer.</summary>
    /// <param name="customerIds">The customers; the first is the hot one.</param>
    /// <param name="change">What else each request says.</param>
    /// <param name="hotShare">The share of the calls that the first customer gets beside its own share, 0 to 1.</param>
    public static RequestSource Of(IEnumerable<string> customerIds, Action<RecommendRequest> change, double hotShare = 0) => new(
        [
            .. customerIds.Select(id =>
            {
                var request = new RecommendRequest { CustomerId = id };
                change(request);
                return new Request(HeaderOf(id), Framed(request));
            }),
        ],
        hotShare);

    /// <summary>A mix from a file: in each line a RecommendRequest as JSON. A line that stands twice is drawn twice as often.</summary>
    /// <exception cref="FormatException">A line is no request; the message says which.</exception>
    public static RequestSource FromFile(string path)
    {
        var requests = new List<Request>();
        foreach (var (number, line) in File.ReadLines(path).Index())
        {
            if (line.Trim().Length == 0)
            {
                continue;
            }

            try
            {
                var request = JsonParser.Default.Parse<RecommendRequest>(line);
                requests.Add(new(HeaderOf(request.CustomerId), Framed(request)));
            }
            catch (InvalidProtocolBufferException fault)
            {
                throw new FormatException($"{path}:{number + 1}: write a RecommendRequest as JSON in each line: {fault.Message}", fault);
            }
        }

        return requests.Count > 0 ? new([.. requests]) : throw new FormatException($"{path} has no request.");
    }

    /// <summary>A request at random.</summary>
    public Request Draw(Random chance) =>
        _hotShare > 0 && chance.NextDouble() < _hotShare ? _requests[0] : _requests[chance.Next(_requests.Length)];

    /// <summary>The n-th request, from 0, beginning again after the last.</summary>
    public Request At(long n) => _requests[n % _requests.Length];

    // The length of a header's value is written in one byte.
    private static byte[] HeaderOf(string customerId) => Encoding.ASCII.GetBytes(customerId) is { Length: < 127 } header
        ? header
        : throw new FormatException($"'{customerId}' is longer than 126 letters; the load generator sends no longer ids.");

    private static byte[] Framed(RecommendRequest request)
    {
        var framed = new byte[PrefixBytes + request.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), framed.Length - PrefixBytes);
        request.WriteTo(framed.AsSpan(PrefixBytes));
        return framed;
    }

    /// <summary>A request as it is sent.</summary>
    /// <param name="CustomerId">The header x-customer-id, by which a balancer chooses the silo.</param>
    /// <param name="Message">The message with gRPC's five bytes before it.</param>
    internal readonly record struct Request(byte[] CustomerId, byte[] Message);
}
