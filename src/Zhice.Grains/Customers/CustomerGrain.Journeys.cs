using Zhice.Contracts.Journeys;

namespace Zhice.Grains.Customers;

/// <content>Timers and overrides of journeys.</content>
internal sealed partial class CustomerGrain
{
    public ValueTask<bool> FireTimer(ushort journey, long generation) => Transact(change =>
    {
        var isChanged = change.Walk!.AtTimer(journey, generation);
        return ValueTask.FromResult((isChanged, isChanged));
    }, isOfJourneys: true);

    public async ValueTask<JourneyChangeResult> ChangeJourney(JourneyChange asked)
    {
        if (await Answered(asked.RequestId) is { } answered)
        {
            return answered.BodyHash == asked.BodyHash ? JourneyChangeResult.Made : JourneyChangeResult.RequestIdReused;
        }

        return await Transact(change =>
        {
            change.Walk!.Until(change.NowMs);
            var isMade = asked.Kind switch
            {
                JourneyChangeKind.Move => change.Walk.Move(asked.Journey, asked.Stage),
                JourneyChangeKind.Exit => change.Walk.Exit(asked.Journey),
                _ => change.Walk.Restart(asked.Journey),
            };
            change.Next.Remember(asked.RequestId, asked.BodyHash, change.NowMs, _state.Version + 1, []);
            return ValueTask.FromResult((isMade, isMade ? JourneyChangeResult.Made : JourneyChangeResult.NotThere));
        }, isOfJourneys: true);
    }
}
