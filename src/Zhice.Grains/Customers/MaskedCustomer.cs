using System.Globalization;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Grains.Customers;

/// <summary>What an operator may see of a customer on the dashboard: sensitive values are masked.</summary>
[GenerateSerializer, Immutable, Alias("zhice.masked-customer")]
internal sealed record MaskedCustomer(
    [property: Id(0)] long Version,
    [property: Id(1)] Dictionary<string, string> Tags,
    [property: Id(2)] Dictionary<string, string> ContactCaps,
    [property: Id(3)] List<string> LastEvents)
{
    private const string Mask = "***";

    public static MaskedCustomer Of(CustomerState state, long version, Catalog catalog, long nowMs)
    {
        var view = new CustomerView(state, catalog, [], nowMs);
        var tags = new Dictionary<string, string>();
        foreach (var tag in catalog.Tags)
        {
            if (tag.Type == TagType.String && view.TryGetText(tag, out var text))
            {
                tags[tag.Id] = tag.IsSensitive ? Mask : text;
            }
            else if (tag.Type != TagType.String && view.TryGet(tag, out var bits))
            {
                tags[tag.Id] = tag.IsSensitive ? Mask : Shown(tag, bits);
            }
        }

        var caps = new Dictionary<string, string>();
        foreach (var use in catalog.ContactPolicy.Uses(state.ContactMemory, nowMs))
        {
            var name = use.ScopeNumber == 0 ? use.Cap.Id : $"{use.Cap.Id} #{use.ScopeNumber}";
            caps[name] = $"{use.Used} of {use.Cap.Limit}";
        }

        var events = state.PastEvents.Events.Reverse().Select(past =>
            $"{Instant(past.AtMs)} {catalog.Symbols.NameOf(SymbolKind.EventType, past.Type) ?? "?"}");
        return new(version, tags, caps, [.. events]);
    }

    private static string Shown(TagDefinition tag, long bits) => tag.Type switch
    {
        TagType.Bool => bits == 0 ? "false" : "true",
        TagType.Decimal => Decimal4.Format(bits),
        TagType.Time => Instant(bits),
        TagType.Enum => tag.EnumNames.GetValueOrDefault((ushort)bits, "?"),
        _ => bits.ToString(CultureInfo.InvariantCulture),
    };

    private static string Instant(long ms) =>
        DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
