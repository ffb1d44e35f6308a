namespace Zhice.Domain.Health;

/// <summary>
/// Tells whether too many of the last calls failed: more than a fifth of the last 30. While another silo of three is found dead
/// a third of the calls fail for a quarter of that time, which is fewer.
/// </summary>
public sealed class FailingCalls
{
    private const int Remembered = 30;
    private const int Enough = 10;

    private readonly Lock _noting = new();
    private readonly Queue<bool> _last = new();
    private int _failed;
    private volatile bool _areTooMany;

    /// <summary>Whether too many failed; never before 10 calls.</summary>
    public bool AreTooMany => _areTooMany;

    /// <summary>Takes note of a call.</summary>
    /// <param name="isAnswered">Whether it was answered.</param>
    /// <returns>Whether that changed <see cref="AreTooMany"/>.</returns>
    public bool Note(bool isAnswered)
    {
        lock (_noting)
        {
            _last.Enqueue(isAnswered);
            _failed += isAnswered ? 0 : 1;
            if (_last.Count > Remembered && !_last.Dequeue())
            {
                _failed--;
            }

            var before = _areTooMany;
            _areTooMany = _last.Count >= Enough && _failed * 5 > _last.Count;
            return _areTooMany != before;
        }
    }
}
