using System.Buffers.Binary;
using System.Text;

namespace Zhice.Bench.Load;

/// <summary>What of HTTP/2 (RFC 9113) and of its headers (RFC 7541) a caller of one gRPC method needs.</summary>
internal static class Http2
{
    public const int HeadBytes = 9;
    public const int MaxFrame = 16_384;
    public const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8;
    public const byte EndStream = 1, Acknowledgement = 1, EndHeaders = 4;

    // Of gRPC: what a call ends with.
    public const int Unknown = 2, ResourceExhausted = 8, Unavailable = 14;

    public const int InitialWindow = 65_535;
    public const int SettingInitialWindow = 4, SettingMaxStreams = 3;

    // The table of headers of the answers has no place: so the status of a call stands in plain letters.
    private static readonly (ushort Setting, uint Value)[] OwnSettings = [(1, 0), (2, 0), (SettingInitialWindow, 16 << 20)];

    /// <summary>The first bytes on a connection: the preface, the settings, and as much room for answers as there is.</summary>
    public static byte[] Opening()
    {
        var bytes = new List<byte>(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        var frame = new byte[HeadBytes + (6 * OwnSettings.Length)];
        WriteHead(frame, 6 * OwnSettings.Length, Settings, 0, 0);
        for (var i = 0; i < OwnSettings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(HeadBytes + (6 * i)), OwnSettings[i].Setting);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(HeadBytes + (6 * i) + 2), OwnSettings[i].Value);
        }

        bytes.AddRange(frame);
        var more = new byte[HeadBytes + 4];
        WriteWindowUpdate(more, 0, int.MaxValue - InitialWindow);
        bytes.AddRange(more);
        return [.. bytes];
    }

    public static void WriteHead(Span<byte> room, int length, byte type, byte flags, int stream)
    {
        room[0] = (byte)(length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(room[1..], (ushort)length);
        (room[3], room[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(room[5..], stream);
    }

    public static void WriteWindowUpdate(Span<byte> room, int stream, int bytes)
    {
        WriteHead(room, 4, WindowUpdate, 0, stream);
        BinaryPrimitives.WriteInt32BigEndian(room[HeadBytes..], bytes);
    }

    /// <summary>The headers of the first call on a connection, which the server keeps in its table.</summary>
    public static byte[] FirstHeaders(string path, string authority, bool isSecured, string token) =>
    [
        0x83, isSecured ? (byte)0x87 : (byte)0x86, // :method POST, :scheme https or http
        .. Kept(0x44, path), .. Kept(0x41, authority), .. Kept(0x5f, "application/grpc"),
        0x40, .. Text("te"), .. Text("trailers"),
        .. token.Length > 0 ? Kept(0x57, "Bearer " + token) : [],
    ];

    /// <summary>The headers of the other calls: places of the server's table, the latest being 62.</summary>
    public static byte[] LaterHeaders(bool isSecured, bool hasToken) =>
    [
        0x83, isSecured ? (byte)0x87 : (byte)0x86,
        .. hasToken ? new byte[] { 0xc2, 0xc1, 0xc0, 0xbf, 0xbe } : [0xc1, 0xc0, 0xbf, 0xbe],
    ];

    /// <summary>A header that is not kept, such as the customer's id.</summary>
    public static byte[] HeaderName(string name) => [0x00, .. Text(name)];

    /// <summary>The status of a call by its trailers: 0 when they do not say another in plain letters.</summary>
    public static int StatusIn(ReadOnlySpan<byte> trailers)
    {
        var at = trailers.IndexOf("grpc-status"u8);
        if (at < 0 || at + 13 > trailers.Length)
        {
            return 0;
        }

        var value = trailers.Slice(at + 12, Math.Min(trailers[at + 11] & 0x7f, trailers.Length - at - 12));
        return int.TryParse(value, out var status) ? status : Unknown;
    }

    // A header whose name has a place in the table that every peer has, and whose value is kept.
    private static byte[] Kept(byte name, string value) => [name, .. Text(value)];

    // The length in 7 bits; from 127 on, what is above in as many groups of 7 bits as it takes.
    private static byte[] Text(string text)
    {
        var bytes = new List<byte> { (byte)Math.Min(text.Length, 127) };
        for (var rest = text.Length - 127; rest >= 0; rest >>= 7)
        {
            bytes.Add((byte)(rest < 128 ? rest : rest & 0x7f | 0x80));
            if (rest < 128)
            {
                break;
            }
        }

        return [.. bytes, .. Encoding.ASCII.GetBytes(text)];
    }
}
