namespace Zhice.Api.Events;

/// <summary>
/// The event streams that are open. One may say nothing for as long as it likes while there are places; when there are none, that
/// which has said nothing for the longest gives its place to one that comes.
/// </summary>
internal sealed class SilentStreams(TimeProvider clock)
{
    /// <summary>A stream keeps its place for so long after its last message.</summary>
    public static readonly TimeSpan MinSilence = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly HashSet<Entry> _open = [];

    /// <summary>Takes a stream in; it is out when what comes back is disposed of.</summary>
    public Entry Open()
    {
        var entry = new Entry(this);
        lock (_lock)
        {
            _open.Add(entry);
        }

        return entry;
    }

    /// <summary>Ends the one that has been silent for the longest; false when none has been for long enough.</summary>
    public bool TryEndOne()
    {
        Entry? longest = null;
        lock (_lock)
        {
            foreach (var entry in _open)
            {
                if (entry.IsSilent && clock.GetElapsedTime(entry.SilentSince) >= MinSilence
                    && (longest is null || entry.SilentSince < longest.SilentSince))
                {
                    longest = entry;
                }
            }

            if (longest is null)
            {
                return false;
            }

            _open.Remove(longest);
        }

        longest.End();
        return true;
    }

    /// <summary>One stream that is open.</summary>
    internal sealed class Entry(SilentStreams all) : IDisposable
    {
        private readonly CancellationTokenSource _ended = new();
        private long _silentSince;

        /// <summary>Ends when its place is another's.</summary>
        public CancellationToken Ended => _ended.Token;

        /// <summary>Whether it is waited for what it says.</summary>
        public bool IsSilent => Volatile.Read(ref _silentSince) != 0;

        /// <summary>Since when, by the clock's timestamps.</summary>
        public long SilentSince => Volatile.Read(ref _silentSince);

        /// <summary>Says that it is waited for what it says.</summary>
        public void BeginSilence() => Volatile.Write(ref _silentSince, Math.Max(1, all.Now));

        /// <summary>Says that it said something.</summary>
        public void EndSilence() => Volatile.Write(ref _silentSince, 0);

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (all._lock)
            {
                all._open.Remove(this);
            }

            _ended.Dispose();
        }

        internal void End()
        {
            try
            {
                _ended.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended by itself at the same time.
            }
        }
    }

    private long Now => clock.GetTimestamp();
}
