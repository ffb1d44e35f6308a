using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Zhice.Catalogs.Yaml;
using Zhice.Domain.Catalogs;

namespace Zhice.Catalogs;

/// <summary>Collects what is wrong with a definition, and holds the checks that all its parts share.</summary>
internal sealed class CatalogFaults
{
    private readonly List<CatalogFault> _faults = [];

    public bool IsFull => _faults.Count >= CatalogCompiler.MaxFaults;

    public int Count => _faults.Count;

    public ImmutableArray<CatalogFault> All => [.. _faults];

    public void Add(string path, string description)
    {
        if (!IsFull)
        {
            _faults.Add(new(path, description));
        }
    }

    public void AtMost(string path, int count, int max, string items)
    {
        if (count > max)
        {
            Add(path, string.Create(CultureInfo.InvariantCulture, $"found {count:N0} {items}; there may be at most {max:N0}"));
        }
    }

    /// <summary>A name for people; an empty one gives the id.</summary>
    public string DisplayName(string path, string name, string id)
    {
        const int MaxLength = 128;
        if (IsText(path, name) && name.EnumerateRunes().Count() is var length && length > MaxLength)
        {
            Add(path, $"found {length} characters; a name has at most {MaxLength}");
        }

        return name.Length == 0 ? id : name;
    }

    public string Text(string path, string text, int maxBytes)
    {
        if (IsText(path, text) && Encoding.UTF8.GetByteCount(text) is var length && length > maxBytes)
        {
            Add(path, string.Create(
                CultureInfo.InvariantCulture, $"found {length:N0} bytes of UTF-8; there may be at most {maxBytes:N0}"));
        }

        return text;
    }

    /// <summary>The milliseconds of a span within its range; 0 with a fault.</summary>
    public long Span(string path, Duration span, TimeSpan min, TimeSpan max)
    {
        var (minMs, maxMs) = ((long)min.TotalMilliseconds, (long)max.TotalMilliseconds);
        if (DurationText.IsValid(span) && Math.Abs(span.Seconds) <= maxMs)
        {
            var ms = (span.Seconds * 1000) + (span.Nanos / 1_000_000);
            if (ms >= minMs && (ms < maxMs || (ms == maxMs && span.Nanos % 1_000_000 == 0)))
            {
                return ms;
            }
        }

        var range = $"{DurationText.Format(Duration.FromTimeSpan(min))} to {DurationText.Format(Duration.FromTimeSpan(max))}";
        Add(path, $"found {DurationText.Format(span)}; it may be {range}");
        return 0;
    }

    /// <summary>The unix milliseconds of an instant; <paramref name="unset"/> when there is none.</summary>
    public long Instant(string path, Timestamp? time, long unset)
    {
        const long FirstSecond = -62_135_596_800, LastSecond = 253_402_300_799;
        if (time is null)
        {
            return unset;
        }

        if (time.Seconds is < FirstSecond or > LastSecond || time.Nanos is < 0 or > 999_999_999)
        {
            Add(path, $"{time.Seconds} s and {time.Nanos} ns is no instant; it may be 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z");
            return unset;
        }

        return (time.Seconds * 1000) + (time.Nanos / 1_000_000);
    }

    // Protobuf turns what is no UTF-8 into U+FFFD: the text that was meant is lost, and nobody noticed.
    private bool IsText(string path, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (text[i] is '\uFFFD' or '\0' || (char.IsSurrogate(text[i]) && !isPair))
            {
                Add(path, $"the character at position {i + 1} is U+{(int)text[i]:X4}; send the text as valid UTF-8");
                return false;
            }

            i += isPair ? 1 : 0;
        }

        return true;
    }
}
