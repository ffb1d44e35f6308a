using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;
using Zhice.Files;
using Zhice.Files.Cells;

namespace Zhice.Bulk.Columns;

/// <summary>A column that holds a tag.</summary>
/// <param name="Index">Which column, from 0.</param>
/// <param name="Reader">Reads its cells.</param>
internal readonly record struct TagColumn(int Index, CellReader Reader);

/// <summary>A column that holds a consent.</summary>
/// <param name="Index">Which column, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="Channel">The channel's number; 0: all channels.</param>
/// <param name="Purpose">The purpose.</param>
/// <param name="Time">The column of when it was said, from 0; -1: there is none.</param>
internal readonly record struct ConsentColumn(int Index, string Name, ushort Channel, Purpose Purpose, int Time = -1);

/// <summary>
/// What the columns of a file mean: <c>customer_id</c>, tags by their ids, and consents as
/// <c>consent:CHANNEL:PURPOSE</c>, where the channel <c>*</c> means all of them, with the time of that word as
/// <c>consent_time:CHANNEL:PURPOSE</c>.
/// </summary>
/// <param name="Names">The names of all columns.</param>
/// <param name="Customer">The column of the customer's id, from 0.</param>
/// <param name="Tags">The columns of tags, in the order of the tags' numbers.</param>
/// <param name="Consents">The columns of consents.</param>
/// <param name="LatestStatementMs">The latest instant that a statement of consent may have, unix milliseconds.</param>
internal sealed record ColumnMap(
    ImmutableArray<string> Names, int Customer, ImmutableArray<TagColumn> Tags, ImmutableArray<ConsentColumn> Consents,
    long LatestStatementMs)
{
    public const string CustomerId = "customer_id";
    public const string ConsentPrefix = "consent:";
    public const string ConsentTimePrefix = "consent_time:";
    public const string AllChannels = "*";
    public const string Granted = "granted";
    public const string Refused = "refused";

    // Clocks of the machines that wrote the words and the file may differ by so much.
    private const long ClockDifferenceMs = 5 * 60_000;
    private const string Separators = "\t;|\uFF0C\u3001";

    /// <summary>Says what the columns mean.</summary>
    /// <exception cref="UnreadableFileException">One is unknown or there twice, or <c>customer_id</c> is missing.</exception>
    public static ColumnMap Create(IReadOnlyList<string> names, Catalog catalog, long asOfMs)
    {
        if (SeparatorIn(names) is { } separator)
        {
            throw new UnreadableFileException(
                $"The columns are separated by {separator}; they must be separated by commas. Nothing was loaded.");
        }

        var customer = -1;
        var tags = new List<TagColumn>();
        var consents = new List<ConsentColumn>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (!seen.Add(names[i]))
            {
                throw new UnreadableFileException($"The column '{Clip(names[i])}' is there twice. Nothing was loaded.");
            }

            if (names[i] == CustomerId)
            {
                customer = i;
            }
            else if (FindFault(names[i], catalog) is { } fault)
            {
                var isMissing = !names.Contains(CustomerId) && !fault.Contains($"'{CustomerId}'", StringComparison.Ordinal);
                throw new UnreadableFileException(
                    $"{fault}{(isMissing ? $" There is no column '{CustomerId}' either." : "")} Nothing was loaded.");
            }
            else if (names[i].StartsWith(ConsentPrefix, StringComparison.Ordinal))
            {
                consents.Add(CreateConsentColumn(i, names[i], catalog) with { Time = IndexOf(names, GetTimeColumnName(names[i])) });
            }
            else if (names[i].StartsWith(ConsentTimePrefix, StringComparison.Ordinal))
            {
                if (IndexOf(names, GetConsentColumnName(names[i])) < 0)
                {
                    throw new UnreadableFileException($"The column '{Clip(names[i])}' has no column '{Clip(GetConsentColumnName(names[i]))}' that it is the time of. Nothing was loaded.");
                }
            }
            else
            {
                tags.Add(CreateTagColumn(i, names[i], catalog, asOfMs));
            }
        }

        return customer >= 0
            ? new([.. names], customer, [.. tags.OrderBy(tag => tag.Reader.Tag.Number)], [.. consents], asOfMs + ClockDifferenceMs)
            : throw new UnreadableFileException($"There is no column '{CustomerId}'{Hint(CustomerId, names)} Nothing was loaded.");
    }

    /// <summary>Whether a word of consent can have been said then.</summary>
    public bool IsConsentTime(long atMs) => atMs >= 0 && atMs <= LatestStatementMs;

    /// <summary>What is wrong with the name of a column of a tag or a consent, as a sentence; null when nothing is.</summary>
    public static string? FindFault(string name, Catalog catalog)
    {
        if (name.StartsWith(ConsentTimePrefix, StringComparison.Ordinal))
        {
            return FindFault(GetConsentColumnName(name), catalog)?.Replace(
                $"'{Clip(GetConsentColumnName(name))}'", $"'{Clip(name)}'", StringComparison.Ordinal);
        }

        if (name.StartsWith(ConsentPrefix, StringComparison.Ordinal))
        {
            var parts = name.Split(':');
            return name == FormatName(null, Purpose.Personalization)
                    ? null
                : parts.Length == 3 && parts[2] == FormatName(Purpose.Service) && IsServiceAsked(parts[1], catalog)
                    ? null
                : parts.Length != 3 || parts[2] != FormatName(Purpose.Marketing)
                    ? $"The column '{Clip(name)}' is no consent: it must be {ConsentPrefix}CHANNEL:{FormatName(Purpose.Marketing)}, where CHANNEL may be {AllChannels}, or {FormatName(null, Purpose.Personalization)}; nothing else can be refused."
                : parts[1] != AllChannels && !catalog.Channels.ContainsKey(parts[1])
                    ? $"The column '{Clip(name)}' names a channel that catalogue version {catalog.Version} does not have{Hint(parts[1], catalog.Channels.Keys)}"
                : null;
        }

        return !catalog.TagsById.TryGetValue(name, out var tag)
                ? $"The column '{Clip(name)}' is no tag of catalogue version {catalog.Version}{Hint(name, [.. catalog.TagsById.Keys, CustomerId])}"
            : tag.Live is not null
                ? $"The column '{name}' is a live tag, which is computed from events and cannot be loaded."
            : null;
    }

    /// <summary>A column of a tag, whose name has no fault.</summary>
    public static TagColumn CreateTagColumn(int index, string name, Catalog catalog, long asOfMs) =>
        new(index, new CellReader(catalog.TagsById[name], asOfMs));

    /// <summary>A column of a consent, whose name has no fault.</summary>
    public static ConsentColumn CreateConsentColumn(int index, string name, Catalog catalog)
    {
        var channel = name.Split(':')[1];
        return new(
            index, name, channel == AllChannels ? (ushort)0 : catalog.Channels[channel].Number,
            name == FormatName(null, Purpose.Personalization) ? Purpose.Personalization
                : name.EndsWith($":{FormatName(Purpose.Service)}", StringComparison.Ordinal) ? Purpose.Service
                : Purpose.Marketing);
    }

    /// <summary>The name of the column of a consent's time.</summary>
    /// <param name="consent">The name of the consent's column.</param>
    public static string GetTimeColumnName(string consent) => ConsentTimePrefix + consent[ConsentPrefix.Length..];

    /// <summary>The name of the column of the consent that a column is the time of.</summary>
    public static string GetConsentColumnName(string time) => ConsentPrefix + time[ConsentTimePrefix.Length..];

    /// <summary>The name of a consent's column.</summary>
    public static string FormatName(string? channelId, Purpose purpose) =>
        $"{ConsentPrefix}{channelId ?? AllChannels}:{FormatName(purpose)}";

    private static bool IsServiceAsked(string channelId, Catalog catalog) => channelId == AllChannels
        ? catalog.ContactPolicy.AsksConsent(0, Purpose.Service)
        : catalog.Channels.TryGetValue(channelId, out var channel) && catalog.ContactPolicy.AsksConsent(channel.Number, Purpose.Service);

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return i;
            }
        }

        return -1;
    }

    // A header of other separators is one long name, or a few.
    private static string? SeparatorIn(IReadOnlyList<string> names)
    {
        foreach (var separator in Separators)
        {
            if (!names.Contains(CustomerId)
                && names.Any(name => name.Contains(separator) && name.Split(separator).Any(static part => part.Trim() == CustomerId)))
            {
                return separator == '\t' ? "TAB" : $"'{separator}'";
            }
        }

        return null;
    }

    private static string FormatName(Purpose purpose) => purpose.ToString().ToLowerInvariant();

    // Ends the sentence.
    private static string Hint(string name, IEnumerable<string> known) =>
        name.Length <= 128 && NearestName.Find(name, known) is { } nearest && nearest != name ? $"; did you mean '{nearest}'?" : ".";

    private static string Clip(string name) => name.Length <= 64 ? name : name[..63] + "…";
}
