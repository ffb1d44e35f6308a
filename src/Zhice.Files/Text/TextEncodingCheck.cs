using System.Buffers;
using System.Text.Unicode;

namespace Zhice.Files.Text;

/// <summary>
/// A look at the first part of a text file, before anything is loaded: a file of GB18030 or GBK is refused as a whole. Some of
/// its lines are valid UTF-8 by chance, and would be loaded as other words.
/// </summary>
internal static class TextEncodingCheck
{
    private const int LookedAt = 64 << 20;
    private const int BlockBytes = 1 << 20;

    /// <summary>What is wrong with the file's letters, as a sentence; null when it can be read line by line.</summary>
    public static string? FindFault(Stream content)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var (counts, kept, seen) = (new Counts(), 0, 0L);
            while (seen < LookedAt)
            {
                var read = content.ReadAtLeast(buffer.AsSpan(kept, BlockBytes - kept), BlockBytes - kept, throwOnEndOfStream: false);
                var block = buffer.AsSpan(0, kept + read);
                if (seen == 0 && block is ([0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]))
                {
                    // UTF-16, which says so.
                    return null;
                }

                seen += read;
                var isLast = block.Length < BlockBytes;
                var end = isLast ? block.Length : block.LastIndexOf((byte)'\n') + 1;
                Count(block[..end], ref counts);
                if (isLast || end == 0)
                {
                    // A line of a mebibyte is told of where it is read.
                    break;
                }

                kept = block.Length - end;
                block[end..].CopyTo(buffer);
            }

            return counts.ChineseOfGb > counts.ChineseOfUtf8
                ? $"The file is no UTF-8: it looks like GB18030 or GBK (line {counts.FirstOfGb} and {counts.ChineseOfGb - 1} more). Write it as UTF-8, such as by: iconv -f GB18030 -t UTF-8. Nothing was loaded."
                : null;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            // A damaged file is told of where it is read.
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static void Count(ReadOnlySpan<byte> lines, ref Counts counts)
    {
        // The usual case costs one look at the block.
        var isUtf8 = Utf8.IsValid(lines);
        lines = lines is [.., (byte)'\n'] ? lines[..^1] : lines;
        foreach (var range in lines.Split((byte)'\n'))
        {
            counts.Lines++;
            var line = lines[range];
            if (isUtf8 || Utf8.IsValid(line))
            {
                counts.ChineseOfUtf8 += HasChinese(line) ? 1 : 0;
            }
            else if (IsGbChinese(line))
            {
                counts.FirstOfGb = counts.ChineseOfGb++ == 0 ? counts.Lines : counts.FirstOfGb;
            }
        }
    }

    // U+3000 to U+9FFF in UTF-8: three bytes, the first of them E3 to E9.
    private static bool HasChinese(ReadOnlySpan<byte> line) => line.ContainsAnyInRange((byte)0xE3, (byte)0xE9);

    // Well formed, and most letters beyond ASCII are of GB 2312: both bytes have the high bit. Letters of Latin-1 do not.
    private static bool IsGbChinese(ReadOnlySpan<byte> line)
    {
        var (common, others) = (0, 0);
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] < 0x80)
            {
                continue;
            }

            if (i + 1 >= line.Length || line[i] is 0x80 or 0xFF)
            {
                return false;
            }

            if (line[i] >= 0xA1 && line[i + 1] is >= 0xA1 and <= 0xFE)
            {
                common++;
                i++;
            }
            else if (line[i + 1] is (>= 0x40 and <= 0x7E) or (>= 0x80 and <= 0xFE))
            {
                others++;
                i++;
            }
            else if (i + 3 < line.Length && line[i + 1] is >= 0x30 and <= 0x39 && line[i + 2] is >= 0x81 and <= 0xFE
                && line[i + 3] is >= 0x30 and <= 0x39)
            {
                others++;
                i += 3;
            }
            else
            {
                return false;
            }
        }

        return common > others;
    }

    private struct Counts
    {
        public long Lines;
        public long ChineseOfUtf8;
        public long ChineseOfGb;
        public long FirstOfGb;
    }
}
