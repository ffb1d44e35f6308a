using System.Text;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Domain.Expressions;
using Zhice.Domain.Tags;
using Zhice.V1;
using TagDefinition = Zhice.V1.TagDefinition;
using TagType = Zhice.V1.TagType;
using Value = Zhice.V1.Value;

namespace Zhice.Cli.Values;

/// <summary>Reads the values of tags as the catalogue's types.</summary>
internal sealed class TagValues(Catalog catalog)
{
    private const int MaxTextBytes = 256;

    private readonly Dictionary<string, TagDefinition> _tags = catalog.Tags.ToDictionary(t => t.TagId, StringComparer.Ordinal);

    /// <summary>With the catalogue in force; not asked for when there is nothing to read.</summary>
    public static async Task<TagValues> InForceAsync(Session session, bool isNeeded = true)
    {
        if (!isNeeded)
        {
            return new(new Catalog());
        }

        var answer = await session.Client.Catalog.GetCatalogAsync(new(), cancellationToken: session.Cancellation);
        return new(answer.Catalog);
    }

    /// <summary>Reads a value for a tag.</summary>
    /// <exception cref="UsageException">There is no such tag, or its values do not look so.</exception>
    public Value Read(Assignment assigned)
    {
        var tag = Definition(assigned.Name);
        var text = assigned.Text;
        switch (tag.Type)
        {
            case TagType.Bool when text is "true" or "false":
                return new() { BoolValue = text == "true" };
            case TagType.Integer when ValueText.TryInteger(text, out var integer):
                return new() { IntegerValue = integer };
            case TagType.Decimal when Decimal4.TryParse(text, out var scaled):
                return new() { DecimalValue = Decimal4.Format(scaled) };
            case TagType.Time when InstantText.TryParse(text, out var instant):
                return new() { TimeValue = Timestamp.FromDateTimeOffset(instant) };
            case TagType.Enum when tag.EnumValues.Contains(text):
            case TagType.String when Encoding.UTF8.GetByteCount(text) <= MaxTextBytes:
                return new() { StringValue = text };
            default:
                throw Wrong($"'{text}' is no value of the tag '{tag.TagId}': {Wanted(tag, text)}");
        }
    }

    /// <summary>Checks that there is such a tag.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public TagDefinition Definition(string tagId) => _tags.TryGetValue(tagId, out var tag)
        ? tag
        : throw Wrong($"The catalogue has no tag '{tagId}'{NearestName.Hint(tagId, _tags.Keys)}");

    private static UsageException Wrong(string sentence) => new(sentence.EndsWith('?') ? sentence : sentence + ".");

    private static string Wanted(TagDefinition tag, string text) => tag.Type switch
    {
        TagType.Bool => "it is true or false",
        TagType.Integer => "it is a whole number, such as 35",
        TagType.Decimal => "it is a number with at most 4 decimals, such as 36.4",
        TagType.Time => $"it is a time with its offset, such as {InstantText.Example}",
        TagType.Enum => $"it is one of {string.Join(", ", tag.EnumValues.Take(12))}{(tag.EnumValues.Count > 12 ? ", …" : "")}{NearestName.Hint(text, tag.EnumValues)}",
        TagType.String => $"it has at most {MaxTextBytes} bytes",
        _ => $"its type {tag.Type} is not known to this command",
    };
}
