using Google.Protobuf.WellKnownTypes;
using Zhice.Domain.Customers;
using Zhice.Domain.Journeys;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using ContactAction = Zhice.Domain.Journeys.ContactAction;
using HandOffAction = Zhice.Domain.Journeys.HandOffAction;
using TransitionCause = Zhice.Domain.Journeys.TransitionCause;
using TagChange = Zhice.Domain.Customers.TagChange;

namespace Zhice.Catalogs.Journeys;

/// <summary>Plays what happens to a customer, and tells each step that journeys take.</summary>
public static class JourneySimulation
{
    /// <summary>Plays journeys on a clock that begins with what happens first.</summary>
    /// <param name="catalog">The catalogue, perhaps a draft.</param>
    /// <param name="customerId">Who: it decides the arms of experiments.</param>
    /// <param name="state">The customer at the start, which is left as it is.</param>
    /// <param name="happenings">What happens, in the order of time, by names that the catalogue has; at least one.</param>
    public static IEnumerable<SimulatedStep> Run(
        Catalog catalog, string customerId, CustomerState state, IReadOnlyList<JourneyHappening> happenings)
    {
        var rehearsal = new JourneyRehearsal(catalog, customerId, state, ToMilliseconds(happenings[0]));
        for (var i = 0; i < happenings.Count; i++)
        {
            var told = rehearsal.Steps.Count;
            rehearsal.GoTo(ToMilliseconds(happenings[i]));
            var before = rehearsal.Steps.Count;
            Happen(rehearsal, happenings[i], catalog);
            for (; told < rehearsal.Steps.Count; told++)
            {
                yield return Show(rehearsal.Steps[told], told < before ? i : i + 1, catalog);
            }
        }
    }

    private static void Happen(JourneyRehearsal rehearsal, JourneyHappening happening, Catalog catalog)
    {
        switch (happening.WhatCase)
        {
            case JourneyHappening.WhatOneofCase.EventTypeId:
                rehearsal.Happens(catalog.EventTypes[happening.EventTypeId], ToMilliseconds(happening));
                break;
            case JourneyHappening.WhatOneofCase.Tag:
                var tag = catalog.TagsById[happening.Tag.TagId];
                rehearsal.Sets(
                    new TagChange(tag.Number, TagOperation.Set, TagText.TryRead(happening.Tag.Value, tag)!.Value, 0),
                    ToMilliseconds(happening));
                break;
            case JourneyHappening.WhatOneofCase.Contact:
                var journey = catalog.Symbols.Find(SymbolKind.Journey, happening.Contact.JourneyId);
                rehearsal.RecordOutcome(journey, (Domain.Journeys.StageContactOutcome)happening.Contact.Outcome, ToMilliseconds(happening));
                break;
        }
    }

    private static SimulatedStep Show(in RehearsedStep step, int happenings, Catalog catalog)
    {
        var shown = new SimulatedStep { Happenings = happenings, Time = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(step.AtMs)) };
        switch (step)
        {
            case { Move: { Cause: TransitionCause.Goal } goal }:
                shown.GoalOfJourneyId = catalog.Symbols.FindName(SymbolKind.Journey, goal.Journey);
                break;
            case { Move: { Cause: TransitionCause.NoRoom } full }:
                shown.NoRoomInJourneyId = catalog.Symbols.FindName(SymbolKind.Journey, full.Journey);
                break;
            case { Move: { } move }:
                shown.Move = JourneyReports.Show(move, catalog);
                break;
            case { StageAction: ContactAction contact }:
                shown.Contact = new() { ActionId = contact.Order.ActionId, PlacementIds = { contact.Order.PlacementIds }, Expiry = Span(contact.Order.ContactExpiryMs) };
                break;
            case { StageAction: HandOffAction handOff }:
                shown.HandOff = new()
                {
                    ActionId = handOff.ActionId, PlacementId = handOff.PlacementId, Owner = handOff.Owner, Kind = handOff.Kind,
                    DueIn = Span(handOff.DueMs),
                };
                break;
        }

        return shown;
    }

    private static Duration Span(long ms) => Duration.FromTimeSpan(TimeSpan.FromMilliseconds(ms));

    private static long ToMilliseconds(JourneyHappening happening) => happening.Time.ToDateTimeOffset().ToUnixTimeMilliseconds();
}
