using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Touches;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Customers;

/// <summary>The facts of customers who refuse consent. What a receipt of a contact reports is another fact (<see cref="FactKind.Refused"/>).</summary>
public static class RefusalRecording
{
    /// <summary>How long after a contact a refusal follows it, in milliseconds.</summary>
    public const long WindowMs = 30L * 86_400_000;

    /// <summary>
    /// Records a statement that made a customer refuse who did not refuse before; a repeated refusal is none. It is of the group of the last
    /// contact within 30 days before it, in the channel that is refused.
    /// </summary>
    /// <param name="before">The consents before the statement.</param>
    /// <param name="state">The state after it, which may be changed.</param>
    /// <param name="channel">The channel; 0 for all.</param>
    /// <param name="purpose">The purpose.</param>
    /// <param name="catalog">The catalogue in force.</param>
    public static void Record(ConsentSet before, CustomerState state, ushort channel, Purpose purpose, Catalog catalog)
    {
        var earlier = Find(before, channel, purpose);
        if (earlier is { IsGranted: false } || Find(state.Consents, channel, purpose) is not { IsGranted: false, AtMs: var atMs })
        {
            return;
        }

        var name = catalog.Symbols.FindName(SymbolKind.Channel, channel) ?? "";
        var (key, day) = ($"{name}/{purpose}/{atMs}", catalog.Calendar.GetDay(atMs));
        var fact = FindContact(state.Touches, channel, atMs, catalog) is { } touch
            ? new Fact(FactKind.ConsentRefused, key, atMs, day, touch.GroupId) { About = touch.Id.ToString() }
            : Fact.Of(FactKind.ConsentRefused, key, atMs, day, new() { Channel = name });
        (state.Effects ??= new()).Record(fact with { Code = (int)purpose, Rank = earlier is null ? 0 : 1 });
    }

    private static ConsentEntry? Find(ConsentSet consents, ushort channel, Purpose purpose)
    {
        foreach (var entry in consents.Entries)
        {
            if (entry.Channel == channel && entry.Purpose == purpose)
            {
                return entry;
            }
        }

        return null;
    }

    private static KeptTouch? FindContact(KeptTouches touches, ushort channel, long atMs, Catalog catalog)
    {
        KeptTouch? last = null;
        foreach (ref readonly var touch in touches.All)
        {
            if (!touch.IsHeldOut && !touch.IsVoid && touch.AtMs <= atMs && atMs - touch.AtMs <= WindowMs
                && (channel == 0 || catalog.GetChannel(touch.Id.Decision.Placement) == channel)
                && (last is null || touch.AtMs >= last.Value.AtMs))
            {
                last = touch;
            }
        }

        return last;
    }
}
