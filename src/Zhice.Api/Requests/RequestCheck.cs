using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Catalogs.Yaml;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using FieldViolation = Google.Rpc.BadRequest.Types.FieldViolation;

namespace Zhice.Api.Requests;

/// <summary>
/// Collects everything that is wrong with a request, each with the path of its field, so that a caller can mend it all
/// at once. Nothing is allocated while nothing is wrong.
/// </summary>
internal sealed class RequestCheck
{
    public const int MaxIdBytes = 64;

    private List<FieldViolation>? _violations;
    private string? _list;
    private int _index;
    private string? _map;
    private string _key = "";

    public bool IsFine => _violations is null;

    public int Count => _violations?.Count ?? 0;

    public IReadOnlyList<FieldViolation> Violations => _violations ?? [];

    /// <summary>From now on, paths begin with <c>list[index].</c></summary>
    public void Enter(string list, int index) => (_list, _index) = (list, index);

    /// <summary>From now on, paths have no beginning.</summary>
    public void Exit() => _list = null;

    /// <summary>From now on, paths go through <c>map["key"]</c>.</summary>
    public void EnterKey(string map, string key) => (_map, _key) = (map, key);

    /// <summary>From now on, paths go through no map.</summary>
    public void ExitKey() => _map = null;

    public void Add(string path, string reason, string description)
    {
        path = _map is null ? path : Join($"{_map}[\"{Clip(_key)}\"]", path);
        path = _list is null ? path : Join($"{_list}[{_index}]", path);
        (_violations ??= []).Add(new FieldViolation { Field = path, Reason = reason, Description = description });
    }

    /// <summary>Ends the call when anything is wrong.</summary>
    public void ThrowIfAny()
    {
        if (_violations is not null)
        {
            throw ToStatus().ToRpcException();
        }
    }

    public Google.Rpc.Status ToStatus() => ApiError.Create(ErrorReasons.InvalidFields, Sentence(), Violations);

    /// <summary>
    /// An id that must be set: text of at most <paramref name="maxBytes"/> bytes that a store can keep, and that is no white
    /// space, see <see cref="Identifier"/>.
    /// </summary>
    public bool Id(string path, string value, int maxBytes = MaxIdBytes)
    {
        if (value.Length == 0)
        {
            Add(path, FieldReasons.Required, $"must be set: 1 to {maxBytes} bytes");
            return false;
        }

        if (!Text(path, value, maxBytes))
        {
            return false;
        }

        if (Identifier.FindFault(value) is { } fault)
        {
            Add(path, FieldReasons.Malformed, fault);
            return false;
        }

        return true;
    }

    /// <summary>A text that may be empty.</summary>
    public bool Text(string path, string value, int maxBytes)
    {
        if (value.Length > maxBytes || (value.Length * 3 > maxBytes && Encoding.UTF8.GetByteCount(value) > maxBytes))
        {
            Add(path, FieldReasons.TooLong, $"has {Encoding.UTF8.GetByteCount(value)} bytes; at most {maxBytes} are allowed");
            return false;
        }

        if (!IsValid(value))
        {
            Add(
                path, FieldReasons.Malformed,
                "holds U+0000, half a surrogate pair or U+FFFD, which stands for text that was damaged on its way");
            return false;
        }

        return true;
    }

    /// <summary>An instant as unix milliseconds; 0 when it is no instant.</summary>
    public long Instant(string path, Timestamp value)
    {
        // 0001-01-01 to 9999-12-31, as google.protobuf.Timestamp defines it.
        if (value.Seconds is < -62_135_596_800 or > 253_402_300_799 || value.Nanos is < 0 or > 999_999_999)
        {
            Add(path, FieldReasons.OutOfRange, "is no instant between 0001-01-01 and 9999-12-31 with 0 to 999,999,999 nanoseconds");
            return 0;
        }

        return (value.Seconds * 1000) + (value.Nanos / 1_000_000);
    }

    /// <summary>A span of time: one that no span may be, by protobuf's own rules, is out of range like one that is too long.</summary>
    /// <param name="path">The field.</param>
    /// <param name="value">The span; null when it is not set.</param>
    /// <param name="unset">What stands for one that is not set.</param>
    /// <param name="min">The shortest that is allowed.</param>
    /// <param name="max">The longest that is allowed.</param>
    /// <param name="allowed">What is allowed, for people: "must be from 1 second to 1 hour".</param>
    public TimeSpan Span(string path, Duration? value, TimeSpan unset, TimeSpan min, TimeSpan max, string allowed)
    {
        if (value is null)
        {
            return unset;
        }

        // Within the longest, it fits a TimeSpan.
        if (DurationText.IsValid(value) && Math.Abs(value.Seconds) <= max.TotalSeconds && value.ToTimeSpan() is var span && span >= min
            && span <= max)
        {
            return span;
        }

        Add(path, FieldReasons.OutOfRange, allowed);
        return unset;
    }

    /// <summary>A page size: 0 is the default, more than the most is the most.</summary>
    public int PageSize(int value, int defaultSize, int max)
    {
        if (value < 0)
        {
            Add("page_size", FieldReasons.OutOfRange, $"is {value}; 0 (for {defaultSize}) to {max} are allowed");
        }

        return value <= 0 ? defaultSize : Math.Min(value, max);
    }

    public void Unknown(string path, string what, string name, IEnumerable<string> known) => Add(
        path, FieldReasons.UnknownName,
        $"the catalogue has no {what} '{Clip(name)}'{(name.Length <= MaxIdBytes ? NearestName.Hint(name, known) : "")}");

    /// <summary>Text of a caller's that goes into a sentence, cut to what can be read.</summary>
    public static string Clip(string text)
    {
        if (text.Length <= MaxIdBytes)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[MaxIdBytes - 1]) ? MaxIdBytes - 1 : MaxIdBytes;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    private static string Join(string outer, string inner) => inner.Length == 0 ? outer : $"{outer}.{inner}";

    private static bool IsValid(string text)
    {
        if (text.Contains('\0'))
        {
            return false;
        }

        if (Ascii.IsValid(text))
        {
            return true;
        }

        // Half a surrogate pair is enumerated as U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }

    private string Sentence()
    {
        var first = _violations![0];
        var more = _violations.Count - 1;
        return more == 0
            ? $"{first.Field} {first.Description}"
            : string.Create(CultureInfo.InvariantCulture, $"{first.Field} {first.Description}; and {more} more");
    }
}
