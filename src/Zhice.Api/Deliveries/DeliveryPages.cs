using System.Buffers.Binary;
using System.Text;
using Zhice.Api.Requests;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Domain.Primitives;

namespace Zhice.Api.Deliveries;

/// <summary>The tokens of pages of waiting contacts, dead letters and counts: the last item's place, texts filled up with zeros.</summary>
internal static class DeliveryPages
{
    private const int TextBytes = RequestCheck.MaxIdBytes;
    private const int DeadBytes = sizeof(long) + TextBytes;
    private const int CountBytes = (2 * TextBytes) + sizeof(int) + 1;

    public static string TokenAfter(string channelId, DeadLetter last)
    {
        Span<byte> place = stackalloc byte[DeadBytes];
        BinaryPrimitives.WriteInt64LittleEndian(place, last.DiedAtMs);
        Write(last.ContactId, place[sizeof(long)..]);
        return PageToken.Write(GetDeadLetterListName(channelId), place);
    }

    public static (long DiedAtMs, string ContactId)? ReadDead(string channelId, string token, RequestCheck check)
    {
        Span<byte> place = stackalloc byte[DeadBytes];
        return token.Length > 0 && PageToken.TryRead(GetDeadLetterListName(channelId), token, place, check)
            ? (BinaryPrimitives.ReadInt64LittleEndian(place), Read(place[sizeof(long)..]))
            : null;
    }

    public static string TokenAfter(string channelId, string campaignId, WaitingContactLine last)
    {
        Span<byte> place = stackalloc byte[2 * sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(place, last.NextAtMs);
        BinaryPrimitives.WriteInt64LittleEndian(place[sizeof(long)..], last.Seq);
        return PageToken.Write(GetWaitingListName(channelId, campaignId), place);
    }

    public static (long NextAtMs, long Seq)? ReadWaiting(string channelId, string campaignId, string token, RequestCheck check)
    {
        Span<byte> place = stackalloc byte[2 * sizeof(long)];
        return token.Length > 0 && PageToken.TryRead(GetWaitingListName(channelId, campaignId), token, place, check)
            ? (BinaryPrimitives.ReadInt64LittleEndian(place), BinaryPrimitives.ReadInt64LittleEndian(place[sizeof(long)..]))
            : null;
    }

    public static string TokenAfter(string campaignId, DeliveryCount last)
    {
        Span<byte> place = stackalloc byte[CountBytes];
        Write(last.CampaignId, place[..TextBytes]);
        Write(last.ChannelId, place.Slice(TextBytes, TextBytes));
        BinaryPrimitives.WriteInt32LittleEndian(place[(2 * TextBytes)..], last.Day);
        place[^1] = (byte)last.Outcome;
        return PageToken.Write(GetCountListName(campaignId), place);
    }

    public static DeliveryCount? ReadCount(string campaignId, string token, RequestCheck check)
    {
        Span<byte> place = stackalloc byte[CountBytes];
        return token.Length > 0 && PageToken.TryRead(GetCountListName(campaignId), token, place, check)
            ? new(
                Read(place[..TextBytes]), Read(place.Slice(TextBytes, TextBytes)),
                BinaryPrimitives.ReadInt32LittleEndian(place[(2 * TextBytes)..]), (DeliveryOutcome)place[^1], 0)
            : null;
    }

    private static string GetWaitingListName(string channelId, string campaignId) => $"waiting/{channelId}/{campaignId}";

    private static string GetDeadLetterListName(string channelId) => "dead letters/" + channelId;

    private static string GetCountListName(string campaignId) => "delivery counts/" + campaignId;

    private static void Write(string text, Span<byte> place) => Encoding.UTF8.GetBytes(text, place);

    private static string Read(ReadOnlySpan<byte> place) => Encoding.UTF8.GetString(place.TrimEnd((byte)0));
}
