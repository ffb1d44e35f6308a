using Google.Protobuf.Collections;
using Zhice.Api.Audiences;
using Zhice.V1;

namespace Zhice.Api.Simulations;

/// <summary>
/// What of a simulation's result a caller sees whose roles show no single customers: no examples, and no number of few customers. An
/// audience of one person, or a draft rule that holds for one, would make each number an answer about that person.
/// </summary>
internal static class SimulationFloor
{
    /// <summary>Takes out of a message what the caller does not see.</summary>
    public static void Apply(SimulateResponse message, CountFloor floor)
    {
        if (floor.Min <= 1 || message.Result is not { } result)
        {
            return;
        }

        result.FewerThan = floor.Min;
        if (floor.Hides(result.Matched))
        {
            (result.Matched, result.WithoutAction) = (0, new());
            result.Placements.Clear();
            return;
        }

        Hide(result.WithoutAction, floor);
        foreach (var placement in result.Placements)
        {
            Apply(placement, floor);
        }
    }

    private static void Apply(PlacementOutcome placement, CountFloor floor)
    {
        placement.Changed = floor.Show(placement.Changed);
        Hide(placement.Empty, floor);
        foreach (var action in placement.Actions)
        {
            action.ExampleCustomerIds.Clear();
            Hide(action.Offered, floor);
            Hide(action.First, floor);
            HideAll(action.Blocked, static blocked => blocked.Customers, floor);
        }

        foreach (var move in placement.Moves)
        {
            move.ExampleCustomerIds.Clear();
            move.Customers = floor.Show(move.Customers);
        }

        HideAll(placement.EmptyChecks, static check => check.Customers, floor);
        HideAll(placement.EmptyChecks, static check => check.Alone, floor);
        HideAll(placement.EmptyChecks, static check => check.Closest, floor);
    }

    private static void HideAll<T>(RepeatedField<T> all, Func<T, OutcomeCount?> count, CountFloor floor)
    {
        foreach (var each in all)
        {
            Hide(count(each), floor);
        }
    }

    private static void Hide(OutcomeCount? count, CountFloor floor)
    {
        if (count is not null)
        {
            (count.Now, count.Draft) = (floor.Show(count.Now), floor.Show(count.Draft));
        }
    }
}
