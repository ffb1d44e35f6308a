using System.Diagnostics;

namespace Zhice.Storage.Outbox;

/// <summary>
/// How many contacts a turn looks at: so many that it takes some milliseconds, whatever the back end and however large its tables; never
/// fewer than an eighth of the most, as a turn on a busy machine takes long however few they are.
/// </summary>
/// <param name="max">How many at most.</param>
internal sealed class TurnSize(int max)
{
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(3);

    private readonly int _max = max;
    private volatile int _size = max;

    /// <summary>How many the next turn looks at.</summary>
    public int Current => _size;

    /// <summary>Runs a turn, and goes by how long it took.</summary>
    public async Task<T> RunAsync<T>(Func<int, Task<T>> turn)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await turn(_size);
        Note(Stopwatch.GetElapsedTime(begun));
        return answer;
    }

    /// <summary>Goes by how long a turn took.</summary>
    public void Note(TimeSpan took) =>
        _size = took > Long ? Math.Max(_max / 8, _size / 2) : took < Short ? Math.Min(_max, _size * 2) : _size;
}
