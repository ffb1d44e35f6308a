using System.Buffers.Binary;
using System.Text;

namespace Zhice.TestBank;

/// <summary>Writes Parquet files that no sound program writes: one column of text, whose page claims so many rows by one run.</summary>
internal sealed class HostileParquet
{
    private readonly MemoryStream _bytes = new();
    private int _last;

    /// <summary>A file whose rows all have the same text.</summary>
    /// <param name="rows">How many rows the page holds, by one run.</param>
    /// <param name="text">How many bytes the text has.</param>
    /// <param name="claimed">How many rows the row group claims; null: as many.</param>
    public static byte[] Write(int rows, int text = 1, long? claimed = null)
    {
        byte[] value = [.. Int32(text), .. Encoding.ASCII.GetBytes(new string('a', text))];
        byte[] run = [1, .. Varint((ulong)rows << 1), 0];
        var dictionary = new HostileParquet().Int(1, 2).Int(2, value.Length).Int(3, value.Length)
            .Inner(7, new HostileParquet().Int(1, 1).Int(2, 0)).End();
        var page = new HostileParquet().Int(1, 0).Int(2, run.Length).Int(3, run.Length)
            .Inner(5, new HostileParquet().Int(1, rows).Int(2, 8).Int(3, 3).Int(4, 3)).End();
        var data = 4 + dictionary.Length + value.Length;
        var total = data - 4 + page.Length + run.Length;
        var column = new HostileParquet().Int(1, 6).List(2, 5, ZigZag(8), ZigZag(3)).List(3, 8, Name("customer_id")).Int(4, 0)
            .Long(5, claimed ?? rows).Long(6, total).Long(7, total).Long(9, data).Long(11, 4);
        var group = new HostileParquet()
            .List(1, 12, new HostileParquet().Long(2, 4).Inner(3, column).End())
            .Long(2, total)
            .Long(3, claimed ?? rows)
            .End();
        var footer = new HostileParquet().Int(1, 1)
            .List(
                2, 12, new HostileParquet().Text(4, "schema").Int(5, 1).End(),
                new HostileParquet().Int(1, 6).Int(3, 0).Text(4, "customer_id").Int(6, 0).End())
            .Long(3, rows).List(4, 12, group).End();
        return [.. "PAR1"u8, .. dictionary, .. value, .. page, .. run, .. footer, .. Int32(footer.Length), .. "PAR1"u8];
    }

    /// <summary>A file of nothing but a footer.</summary>
    public static byte[] OfFooter(params byte[] footer) => [.. "PAR1"u8, .. footer, .. Int32(footer.Length), .. "PAR1"u8];

    private HostileParquet Int(int id, long value) => Add(id, 5, ZigZag(value));

    private HostileParquet Long(int id, long value) => Add(id, 6, ZigZag(value));

    private HostileParquet Text(int id, string text) => Add(id, 8, Name(text));

    private HostileParquet Inner(int id, HostileParquet inner) => Add(id, 12, inner.End());

    private HostileParquet List(int id, byte type, params byte[][] items) =>
        Add(id, 9, [(byte)((items.Length << 4) | type), .. items.SelectMany(static item => item)]);

    private HostileParquet Add(int id, int type, byte[] value)
    {
        _bytes.WriteByte((byte)(((id - _last) << 4) | type));
        _bytes.Write(value);
        _last = id;
        return this;
    }

    private byte[] End() => [.. _bytes.ToArray(), 0];

    private static byte[] Name(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] ZigZag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)(value | 128));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
