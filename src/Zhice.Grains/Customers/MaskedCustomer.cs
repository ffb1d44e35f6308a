using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
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
    public static MaskedCustomer Create(CustomerState state, long version, Catalog catalog, long nowMs)
    {
        var view = new CustomerView(state, catalog, [], nowMs);
        var tags = new Dictionary<string, string>();
        foreach (var tag in catalog.Tags)
        {
            if (view.Format(tag) is { } text)
            {
                tags[tag.Id] = text;
            }
        }

        var caps = new Dictionary<string, string>();
        foreach (var use in catalog.ContactPolicy.Uses(state.ContactState, nowMs))
        {
            var name = use.ScopeNumber == 0 ? use.Cap.Id : $"{use.Cap.Id} #{use.ScopeNumber}";
            caps[name] = $"{use.Used} of {use.Cap.Limit}";
        }

        var events = state.PastEvents.Events.Reverse().Select(past =>
            $"{TagText.Instant(past.AtMs)} {catalog.Symbols.FindName(SymbolKind.EventType, past.Type) ?? "?"}");
        return new(version, tags, caps, [.. events]);
    }
}
