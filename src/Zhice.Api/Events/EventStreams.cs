namespace Zhice.Api.Events;

/// <summary>Opens streams of events.</summary>
internal sealed class EventStreams(
    EventIntake intake, EventWriter writer, EventConcurrencyLimit room, SilentStreams silent, ApiOptions options)
{
    /// <summary>A stream that has its place until it is disposed of, or until another needs the place.</summary>
    public EventStream Open() => new(intake, writer, room, silent.Open(), options);
}
