namespace Zhice.Storage.Outbox;

/// <summary>
/// Where the queue of a channel begins for one share of the customers, as far as this process knows: nothing that is due and of the
/// share lies before that place. A lease begins there, so it does not read again what has gone: an index keeps the entries of rows
/// that are gone for as long as anybody has a snapshot open. Where very many wait behind others, it remembers beside the place from
/// where on those are that are not put behind yet, and which of them went free since. Used by any thread.
/// </summary>
internal sealed class QueueHead
{
    // What is found beyond is found again by going back.
    private const int MaxFound = 10_000;

    private readonly Lock _gate = new();
    private readonly List<Look> _looks = [];
    private readonly SortedSet<WaitingPlace> _found = new(
        Comparer<WaitingPlace>.Create(static (one, other) => one.IsBefore(other) ? -1 : other.IsBefore(one) ? 1 : 0));
    private WaitingPlace _place = WaitingPlace.First;
    private WaitingPlace? _left;
    private WaitingPlace? _leftAgain;
    private WaitingPlace? _taken;
    private bool _isBeside;
    private volatile bool _isPassing;
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

    /// <summary>Whether the latest lease met nothing but contacts that wait, and more are to come.</summary>
    public bool IsPassing
    {
        get => _isPassing;
        set => _isPassing = value;
    }

    /// <summary>The place before which there is nothing, not even what waits.</summary>
    public WaitingPlace Beginning
    {
        get
        {
            lock (_gate)
            {
                return Earliest(Earliest(_left, _leftAgain), Earliest(_taken, _place))!.Value;
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
    /// <param name="left">From where on it left contacts that wait and are not put behind; null for none.</param>
    public void End(Look look, WaitingPlace? next, WaitingPlace? left)
    {
        lock (_gate)
        {
            _looks.Remove(look);
            if (next is { } place)
            {
                _place = place.IsBefore(look.Lowest) ? place : look.Lowest;
            }

            _left = Earliest(_left, left);
        }
    }

    /// <summary>Says that contacts wait from a place on which are not put behind.</summary>
    public void Leave(WaitingPlace left)
    {
        lock (_gate)
        {
            _left = Earliest(_left, left);
        }
    }

    /// <summary>Says that one went free that was passed over.</summary>
    public void Find(WaitingPlace place)
    {
        lock (_gate)
        {
            FindBefore(place);
        }
    }

    /// <summary>Takes the first that went free after it was passed over; null for none.</summary>
    public WaitingPlace? TakeFound()
    {
        lock (_gate)
        {
            if (_found.Count == 0)
            {
                return null;
            }

            var first = _found.Min;
            _found.Remove(first);
            return first;
        }
    }

    /// <summary>Whether there is something to put behind, and nobody does; until <see cref="EndBeside"/> nobody else is told so.</summary>
    public bool BeginsBeside()
    {
        lock (_gate)
        {
            return !_isBeside && (_left ?? _leftAgain) is not null && (_isBeside = true);
        }
    }

    /// <summary>Says that nobody puts behind any more.</summary>
    public void EndBeside()
    {
        lock (_gate)
        {
            _isBeside = false;
        }
    }

    /// <summary>
    /// Takes the place from which on contacts are put behind, until <see cref="GiveBack"/>; null when none are left before the place.
    /// </summary>
    public WaitingPlace? TakeLeft()
    {
        lock (_gate)
        {
            if (_left is { } left && !left.IsBefore(_place))
            {
                // What comes from the place on is for leases.
                _left = null;
            }

            (_taken, _left) = (_left ?? _leftAgain, null);
            _leftAgain = _taken == _leftAgain ? null : _leftAgain;
            return _taken;
        }
    }

    /// <summary>Says what was done.</summary>
    /// <param name="next">Where it goes on; null at the end of the queue.</param>
    /// <param name="free">The first that is free; null for none.</param>
    /// <param name="again">The first that could not be put behind now; null for none.</param>
    public void GiveBack(WaitingPlace? next, WaitingPlace? free, WaitingPlace? again)
    {
        lock (_gate)
        {
            (_taken, _left, _leftAgain) = (null, Earliest(_left, next), Earliest(_leftAgain, again));
            if (free is { } place)
            {
                FindBefore(place);
            }
        }
    }

    /// <summary>Says that something was put into the queue, perhaps before the place.</summary>
    public void Lower(WaitingPlace place)
    {
        lock (_gate)
        {
            LowerHere(place);
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

    private void FindBefore(WaitingPlace place)
    {
        if (_found.Count < MaxFound)
        {
            _found.Add(place);
        }
        else
        {
            LowerHere(place);
        }
    }

    private void LowerHere(WaitingPlace place)
    {
        _place = place.IsBefore(_place) ? place : _place;
        foreach (var look in _looks)
        {
            look.Lowest = place.IsBefore(look.Lowest) ? place : look.Lowest;
        }
    }

    private static WaitingPlace? Earliest(WaitingPlace? one, WaitingPlace? other) =>
        one is not { } first ? other : other is { } second && second.IsBefore(first) ? second : first;

    /// <summary>A lease under way.</summary>
    /// <param name="from">Where it begins.</param>
    internal sealed class Look(WaitingPlace from)
    {
        public WaitingPlace From => from;

        /// <summary>The lowest place that something was put at since it began.</summary>
        public WaitingPlace Lowest { get; set; } = new(long.MaxValue, long.MaxValue);
    }
}
