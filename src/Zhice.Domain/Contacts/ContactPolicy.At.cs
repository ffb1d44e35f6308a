namespace Zhice.Domain.Contacts;

/// <content>What of the policy is the same for all contacts of a channel at an instant.</content>
public sealed partial class ContactPolicy
{
    /// <summary>The policy at an instant: what is the same for all contacts of a channel with a customer is found out once.</summary>
    /// <param name="memory">What is remembered of the customer.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    /// <param name="room">Room for the caps: <see cref="MostCaps"/>, or as many as there are.</param>
    public PolicyMoment At(scoped in ContactMemory memory, ushort channel, long nowMs, Span<CapMoment> room)
    {
        var caps = room[.._caps.Length];
        for (var i = 0; i < caps.Length; i++)
        {
            var cap = _caps[i];
            var sinceMs = cap.Window.IsPossible ? cap.Window.Since(nowMs, _calendar) : long.MinValue;
            var selection = cap.Selects(cap.Scope == CapScope.Channel ? channel : (ushort)0, _rules.Categories);
            var isSame = cap.Scope is CapScope.All or CapScope.Channel;
            caps[i] = new(sinceMs, isSame
                ? memory.Reservations.Count(selection, nowMs) + memory.History.CountUpTo(cap.Limit, selection, sinceMs)
                : CapMoment.Differs);
        }

        return new(
            memory, channel, nowMs, caps, memory.Consents.Allows(channel, Purpose.Marketing), QuietHoursAt(channel, nowMs),
            SpacingAt(memory, channel, nowMs, BoundPurposes.Marketing), BindsService ? SpacingAt(memory, channel, nowMs, BoundPurposes.Service) : -1);
    }

    /// <summary>When the quiet hours of a channel that hold at an instant end, unix milliseconds; null when none hold.</summary>
    public long? QuietUntil(ushort channel, long nowMs) =>
        QuietHoursAt(channel, nowMs) is var hours and >= 0 ? _calendar.NextAt(_rules.QuietHours[hours].UntilMinute, nowMs) : null;

    /// <summary>
    /// When the quiet hours of a channel that hold at an instant are over: the instant itself when none hold then;
    /// <see cref="long.MaxValue"/> when they never end. In unix milliseconds.
    /// </summary>
    public long OpensAt(ushort channel, long atMs)
    {
        // A clock that is set back may show a quiet minute again.
        const int MostEnds = 4;
        for (var ends = 0; ends < MostEnds; ends++)
        {
            if (QuietHoursAt(channel, atMs) is not (>= 0 and var at))
            {
                return atMs;
            }

            if (_rules.QuietHours[at].NeverEnd)
            {
                break;
            }

            atMs = _calendar.NextAt(_rules.QuietHours[at].UntilMinute, atMs);
        }

        return long.MaxValue;
    }

    private int QuietHoursAt(ushort channel, long nowMs)
    {
        for (var i = 0; i < _rules.QuietHours.Length; i++)
        {
            var hours = _rules.QuietHours[i];
            if (hours.Channel == channel && hours.Holds(_calendar.MinuteOfDay(nowMs)))
            {
                return i;
            }
        }

        return -1;
    }

    private int SpacingAt(in ContactMemory memory, ushort channel, long nowMs, BoundPurposes purpose)
    {
        for (var i = 0; i < _rules.Spacings.Length; i++)
        {
            var spacing = _rules.Spacings[i];
            if (spacing.Binds(channel, purpose)
                && (spacing.Ms <= 0
                    || memory.Reservations.Count(spacing.Selects, nowMs) > 0
                    || memory.History.Reaches(1, spacing.Selects, nowMs - spacing.Ms + 1)))
            {
                return i;
            }
        }

        return -1;
    }
}
