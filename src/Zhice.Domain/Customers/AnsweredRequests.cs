using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Zhice.Domain.Customers;

/// <summary>A call that was answered.</summary>
/// <param name="IdHash">The hash of its request id.</param>
/// <param name="BodyHash">The hash of what it asked.</param>
/// <param name="AtMs">When, unix milliseconds.</param>
/// <param name="Version">The version of the state that it made.</param>
/// <param name="Answer">What else it was told, as bytes; empty for nothing.</param>
public readonly record struct AnsweredRequest(ulong IdHash, ulong BodyHash, long AtMs, long Version, byte[] Answer);

/// <summary>
/// Remembers the calls that changed the customer, so that a repeat changes nothing: for a day each of the last 1,024, and for 7
/// days the last 256; calls whose answer is kept for 7 days, the last 16 themselves, and the 1,024 before by a hash.
/// </summary>
/// <remarks>
/// What only adds is small; an answer has some hundred bytes, which each commit writes again. So few of them are kept here:
/// enough for what is repeated soon. What makes room goes to the store, where it is looked up by who finds its hash.
/// </remarks>
public sealed class AnsweredRequests
{
    /// <summary>How many calls it remembers at the most.</summary>
    public const int Capacity = 1024;

    /// <summary>How many calls it remembers for longer than a day, at the most.</summary>
    public const int LongCapacity = 256;

    /// <summary>How many calls with an answer it remembers, at the most.</summary>
    public const int AnswerCapacity = 16;

    private static readonly long DayMs = (long)TimeSpan.FromDays(1).TotalMilliseconds;
    private static readonly long ReachMs = (long)TimeSpan.FromDays(7).TotalMilliseconds;

    private readonly List<AnsweredRequest> _requests;
    private EarlierRequests _earlier;

    /// <summary>A memory of no calls.</summary>
    public AnsweredRequests()
        : this([], EarlierRequests.None)
    {
    }

    private AnsweredRequests(List<AnsweredRequest> requests, EarlierRequests earlier) => (_requests, _earlier) = (requests, earlier);

    /// <summary>The call with this request id, if it is remembered.</summary>
    public AnsweredRequest? Find(string requestId)
    {
        if (requestId.Length > 0)
        {
            var hash = Hash(requestId);
            foreach (ref readonly var request in CollectionsMarshal.AsSpan(_requests))
            {
                if (request.IdHash == hash)
                {
                    return request;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Whether the store may have the answer to a call that is not remembered here: surely where it has, and hardly ever where
    /// it has not.
    /// </summary>
    /// <param name="requestId">The call.</param>
    /// <param name="idHash">By what the store knows it.</param>
    public bool IsInStore(string requestId, out ulong idHash)
    {
        idHash = requestId.Length > 0 && !_earlier.IsEmpty ? Hash(requestId) : 0;
        return idHash != 0 && _earlier.Has(idHash);
    }

    /// <summary>Whether a repeat of an answered call still gets its answer.</summary>
    public static bool IsWithinReach(AnsweredRequest request, long nowMs) => request.AtMs >= nowMs - ReachMs;

    /// <summary>Remembers a call; without a request id, nothing.</summary>
    /// <returns>Calls that made room, with their answers, for the store.</returns>
    public ImmutableArray<AnsweredRequest> Add(string requestId, ulong bodyHash, long nowMs, long version, byte[] answer)
    {
        if (requestId.Length == 0)
        {
            return [];
        }

        var gone = MakeRoom(nowMs, answer.Length > 0);
        _requests.Add(new(Hash(requestId), bodyHash, nowMs, version, answer));
        _earlier = _earlier.With(gone, nowMs - ReachMs);
        return gone;
    }

    /// <summary>A copy.</summary>
    public AnsweredRequests Clone() => new([.. _requests], _earlier);

    internal void Write(ByteWriter writer)
    {
        writer.WriteCount(_requests.Count);
        foreach (var request in _requests)
        {
            writer.Write(request.IdHash);
            writer.Write(request.BodyHash);
            writer.WriteSigned(request.AtMs);
            writer.WriteSigned(request.Version);
            writer.WriteCount(request.Answer.Length);
            writer.Write(request.Answer);
        }

        _earlier.Write(writer);
    }

    internal static AnsweredRequests Read(ByteReader reader, byte format)
    {
        var left = reader.Count(Capacity);

        // A customer is mostly read for one call more.
        var requests = new List<AnsweredRequest>(left + 1);
        for (; left > 0; left--)
        {
            requests.Add(new(
                reader.ReadUInt64(),
                reader.ReadUInt64(),
                format == CustomerStateCodec.Oldest ? reader.ReadInt64() : reader.ReadSigned(),
                format == CustomerStateCodec.Oldest ? reader.ReadInt64() : reader.ReadSigned(),
                reader.ReadBytes(reader.Count(1 << 20))));
        }

        return new(requests, EarlierRequests.Read(reader));
    }

    // For one more, which may bring an answer. The latest are at the end.
    private ImmutableArray<AnsweredRequest> MakeRoom(long nowMs, bool hasAnswer)
    {
        ImmutableArray<AnsweredRequest> gone = [];

        // RemoveAll would make two objects of its condition at each commit, and there is nearly never one to remove.
        var answers = hasAnswer ? 1 : 0;
        for (var (i, later) = (_requests.Count - 1, 1); i >= 0; i--)
        {
            var request = _requests[i];
            var reachMs = later < LongCapacity ? ReachMs : DayMs;
            answers += request.Answer.Length > 0 ? 1 : 0;
            if (request.AtMs < nowMs - reachMs || later == Capacity || (request.Answer.Length > 0 && answers > AnswerCapacity))
            {
                gone = request.Answer.Length > 0 && IsWithinReach(request, nowMs) ? gone.Add(request) : gone;
                _requests.RemoveAt(i);
            }
            else
            {
                later++;
            }
        }

        return gone;
    }

    private static ulong Hash(string id) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan()));
}
