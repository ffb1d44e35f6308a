using Zhice.Domain.Contacts;
using Zhice.V1;

namespace Zhice.Domain.Tests.Journeys;

/// <summary>
/// Plays a whole log through definitions the simple way: nothing is stored, no timer is set; at each input every instant
/// before it is looked for. Conditions are <c>tags.age &gt;= n</c> or nothing; stage actions set age or emit an event.
/// </summary>
internal sealed class NaiveJourneys(IReadOnlyList<Journey> journeys, BankCalendar calendar)
{
    private readonly List<Place> _places = [];
    private readonly Dictionary<string, long> _left = [];
    private readonly Queue<string> _events = [];
    private long? _age;
    private long _nowMs;

    public List<string> Moves { get; } = [];

    public void Happens(string eventType, long atMs)
    {
        GoTo(atMs);
        _events.Enqueue(eventType);
        Drain();
    }

    public void SetsAge(long age, long atMs)
    {
        GoTo(atMs);
        _age = age;
        foreach (var place in _places.ToArray())
        {
            if (_places.Contains(place) && !Exits(place, atMs))
            {
                Conditions(place, atMs);
            }
        }

        Drain();
    }

    public void GoTo(long atMs)
    {
        while (_places.Select(
            place =>
                (Due: Due(place), place)).Where(pair =>
                    pair.Due <= atMs).OrderBy(static pair => pair.Due).FirstOrDefault() is { place: { } next, Due: { } due })
        {
            _nowMs = due;
            if (!Exits(next, due))
            {
                var way = Stage(next).Transitions.FirstOrDefault(transition => DueOf(transition, next) == due && Holds(transition.When));
                next.Tried = due;
                if (way is not null)
                {
                    Go(next, way.ToStageId, due);
                }
                else
                {
                    Conditions(next, due);
                }
            }

            Drain();
        }

        _nowMs = atMs;
    }

    private void Drain()
    {
        while (_events.TryDequeue(out var type))
        {
            foreach (var place in _places.ToArray())
            {
                if (!_places.Contains(place) || Exits(place, _nowMs))
                {
                    continue;
                }

                // One that moves by the event has tried its conditions on the way.
                var way = Stage(place).Transitions.FirstOrDefault(transition => transition.EventTypeId == type && Holds(transition.When));
                if (way is not null)
                {
                    Go(place, way.ToStageId, _nowMs);
                }

                if (_places.Contains(place))
                {
                    Conditions(place, _nowMs);
                }
            }

            foreach (var journey in journeys.Where(journey =>
                journey.Entry.EventTypeIds.Contains(type) && _places.All(place => place.Journey != journey)))
            {
                var mayEnter = !_left.TryGetValue(journey.JourneyId, out var left)
                    || (journey.Entry.AgainAfter is { } again && _nowMs - left >= again.ToTimeSpan().TotalMilliseconds);
                if (mayEnter && Holds(journey.Entry.When))
                {
                    var place = new Place(journey);
                    _places.Add(place);
                    Go(place, journey.Stages[0].StageId, _nowMs, type);
                }
            }
        }
    }

    // The event by which customers enter is the first that the first stage hears.
    private void Go(Place place, string to, long atMs, string entering = "")
    {
        Moves.Add($"{place.Journey.JourneyId}: {place.Stage}>{to} {atMs}");
        (place.Stage, place.Since, place.Tried) = (to, atMs, atMs);
        var stage = to.Length == 0 ? null : Stage(place);
        foreach (var stageAction in stage?.OnEnter ?? [])
        {
            if (stageAction.SetTag is { } set)
            {
                _age = long.Parse(set.Value, System.Globalization.CultureInfo.InvariantCulture);
            }
            else
            {
                _events.Enqueue(stageAction.EmitEventTypeId);
            }
        }

        if (stage is null or { Final: true })
        {
            _places.Remove(place);
            _left[place.Journey.JourneyId] = atMs;
            return;
        }

        if (entering.Length > 0
            && stage.Transitions.FirstOrDefault(transition => transition.EventTypeId == entering && Holds(transition.When)) is { } way)
        {
            Go(place, way.ToStageId, atMs);
            return;
        }

        Conditions(place, atMs);
    }

    private void Conditions(Place place, long atMs)
    {
        if (Stage(place).Transitions.FirstOrDefault(
            transition => transition.TriggerCase == JourneyTransition.TriggerOneofCase.None && Holds(transition.When)) is { } way)
        {
            Go(place, way.ToStageId, atMs);
        }
    }

    private bool Exits(Place place, long atMs)
    {
        if (place.Journey.ExitWhen.Length == 0 || !Holds(place.Journey.ExitWhen))
        {
            return false;
        }

        Go(place, "", atMs);
        return true;
    }

    private bool Holds(string condition) => condition.Length == 0
        || (_age is { } age && age >= long.Parse(condition.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));

    private long? Due(Place place) =>
        Stage(place).Transitions.Select(transition => DueOf(transition, place)).Where(static due => due is not null).Min();

    private long? DueOf(JourneyTransition transition, Place place) => transition.TriggerCase switch
    {
        JourneyTransition.TriggerOneofCase.After =>
            place.Since + (long)transition.After.ToTimeSpan().TotalMilliseconds is var due && due > place.Tried ? due : null,
        JourneyTransition.TriggerOneofCase.At => NextAt(transition.At, place.Tried),
        _ => null,
    };

    // Minute by minute.
    private long NextAt(string at, long afterMs)
    {
        var wanted = (int)TimeOnly.ParseExact(at, "HH:mm", System.Globalization.CultureInfo.InvariantCulture).ToTimeSpan().TotalMinutes;
        for (var ms = ((afterMs / 60_000) + 1) * 60_000; ; ms += 60_000)
        {
            if (calendar.GetMinuteOfDay(ms) == wanted)
            {
                return ms;
            }
        }
    }

    private static JourneyStage Stage(Place place) => place.Journey.Stages.First(stage => stage.StageId == place.Stage);

    private sealed class Place(Journey journey)
    {
        public Journey Journey { get; } = journey;

        public string Stage { get; set; } = "";

        public long Since { get; set; }

        public long Tried { get; set; }
    }
}
