namespace Zhice.Storage.Deliveries;

/// <summary>
/// Where the queue of a channel begins for one share of the customers, as far as this process knows: nothing that is due and of the
/// share lies before that place. A lease begins there, so it does not read again what has gone: an index keeps the entries of rows
/// that are gone for as long as anybody has a snapshot open. Used by any thread.
/// </summary>
internal sealed class QueueHead
{
    private readonly Lock _gate = new();
    private readonly List<Look> _looks = [];
    private WaitingPlace _place = WaitingPlace.First;
    private long _looksBackAtMs = long.MinValue;

    /// <summary>The place.</summary>
    public WaitingPlace Place
    {
        get
        {
            lock (_gate)
            {
                return _place;
            }
        }
    }

    /// <summary>Begins a lease at the place.</summary>
    public Look Begin()
    {
        lock (_gate)
        {
            var look = new Look(_place);
            _looks.Add(look);
            return look;
        }
    }

    /// <summary>Ends a lease: the place moves to where it left off, but for what was put before it meanwhile.</summary>
    /// <param name="look">The lease.</param>
    /// <param name="next">Where the next one begins; null when it failed.</param>
    public void End(Look look, WaitingPlace? next)
    {
        lock (_gate)
        {
            _looks.Remove(look);
            if (next is { } place)
            {
                _place = place.IsBefore(look.Lowest) ? place : look.Lowest;
            }
        }
    }

    /// <summary>Says that something was put into the queue, perhaps before the place.</summary>
    public void Lower(WaitingPlace place)
    {
        lock (_gate)
        {
            _place = place.IsBefore(_place) ? place : _place;
            foreach (var look in _looks)
            {
                look.Lowest = place.IsBefore(look.Lowest) ? place : look.Lowest;
            }
        }
    }

    /// <summary>Whether it is time to look at what lies before the place; until <see cref="LookedBack"/> nobody else is told so.</summary>
    public bool LooksBack(long nowMs)
    {
        lock (_gate)
        {
            if (nowMs < _looksBackAtMs || _place == WaitingPlace.First)
            {
                return false;
            }

            _looksBackAtMs = long.MaxValue;
            return true;
        }
    }

    /// <summary>Says that it was looked at, and when it is time again.</summary>
    public void LookedBack(long nextAtMs)
    {
        lock (_gate)
        {
            _looksBackAtMs = nextAtMs;
        }
    }

    /// <summary>A lease under way.</summary>
    /// <param name="from">Where it begins.</param>
    internal sealed class Look(WaitingPlace from)
    {
        public WaitingPlace From => from;

        /// <summary>The lowest place that something was put at since it began.</summary>
        public WaitingPlace Lowest { get; set; } = new(long.MaxValue, long.MaxValue);
    }
}
