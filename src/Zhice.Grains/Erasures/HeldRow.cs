using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Decisions;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Erasures;

/// <summary>A row of the store as a person can read it.</summary>
internal static class HeldRow
{
    /// <summary>How entries are written: letters as they are.</summary>
    public static JsonSerializerOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What only the store needs.
    private static readonly HashSet<string> Left = new(StringComparer.Ordinal) { "bucket", "customer_id", "write_id", "kept_on", "seq", "is_behind", "is_followed", "group_id" };

    /// <summary>The columns of a row, without those that only the store needs.</summary>
    public static JsonObject ToJson(IReadOnlyDictionary<string, object?> row, Catalog catalog)
    {
        var shown = new JsonObject();
        foreach (var (column, value) in row)
        {
            if (!Left.Contains(column) && value is not null)
            {
                shown[column] = ToNode(column, value, catalog);
            }
        }

        return shown;
    }

    /// <summary>An instant as text.</summary>
    public static string Instant(long atMs) => TagText.Instant(atMs);

    private static JsonNode? ToNode(string column, object value, Catalog catalog) => value switch
    {
        byte[] bytes when column == "message" => Message(bytes),
        byte[] bytes when column == "record" => Decision(bytes, catalog),
        byte[] bytes => Convert.ToBase64String(bytes),
        DateTime time => Instant(new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeMilliseconds()),
        long atMs when column.EndsWith("_at_ms", StringComparison.Ordinal) => Instant(atMs),
        bool isTrue => isTrue,
        short or int or long when column == "kind" => ((FactKind)Convert.ToByte(value, CultureInfo.InvariantCulture)).ToString(),
        short or int or long when column == "channel" =>
            catalog.Symbols.FindName(SymbolKind.Channel, Convert.ToUInt16(value, CultureInfo.InvariantCulture)) ?? "all",
        short or int or long when column == "purpose" => ((Purpose)Convert.ToByte(value, CultureInfo.InvariantCulture)).ToString(),
        short or int or long when column == "source" =>
            ((Domain.Contacts.ConsentSource)Convert.ToByte(value, CultureInfo.InvariantCulture)).ToString(),
        short or int or long when column.StartsWith("is_", StringComparison.Ordinal) =>
            Convert.ToInt64(value, CultureInfo.InvariantCulture) != 0,
        short or int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static JsonNode? Message(byte[] bytes)
    {
        try
        {
            var contact = V1.OutboundContact.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
            return JsonNode.Parse(JsonFormatter.Default.Format(contact));
        }
        catch (InvalidProtocolBufferException)
        {
            return Convert.ToBase64String(bytes);
        }
    }

    private static JsonNode? Decision(byte[] bytes, Catalog catalog)
    {
        try
        {
            return ToJson(DecisionRecord.FromBytes(bytes).Decision, catalog);
        }
        catch (FormatException)
        {
            return Convert.ToBase64String(bytes);
        }
    }

    private static JsonObject ToJson(Decision decision, Catalog catalog) => new()
    {
        ["decided"] = Instant(decision.Id.DecidedAtMs),
        ["personalized"] = decision.IsPersonalized,
        ["verdicts"] = new JsonArray(
        [
            .. decision.Verdicts.Select(verdict => (JsonNode)new JsonObject
            {
                ["action"] = catalog.Symbols.FindName(SymbolKind.Action, verdict.Action) ?? "", ["reason"] = verdict.Reason.ToString(),
            }),
        ]),
    };
}
