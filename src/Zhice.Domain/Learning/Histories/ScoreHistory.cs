namespace Zhice.Domain.Learning.Histories;

/// <summary>
/// How the champion of an action scored its lessons, day by day: the last <see cref="MaxDays"/> days that had any, about 400 bytes each.
/// </summary>
public sealed class ScoreHistory
{
    /// <summary>How many days are kept.</summary>
    public const int MaxDays = 60;

    private const byte Format = 1;

    private readonly List<ScoreDay> _days;

    /// <summary>A history of nothing.</summary>
    public ScoreHistory()
        : this([])
    {
    }

    private ScoreHistory(List<ScoreDay> days) => _days = days;

    /// <summary>The days, the earliest first.</summary>
    public IReadOnlyList<ScoreDay> Days => _days;

    /// <summary>
    /// Adds a lesson that was scored. A clock that goes back by a day adds to the last day; days further ahead are those of a clock that was wrong,
    /// and their lessons become those of this day.
    /// </summary>
    /// <param name="day">The day of the bank, days since 1970-01-01.</param>
    /// <param name="probability">The probability that the model gave it.</param>
    /// <param name="isAccepted">Whether it was an acceptance.</param>
    /// <param name="weight">What it weighs.</param>
    public void Add(int day, double probability, bool isAccepted, double weight)
    {
        if (_days.Count > 0 && _days[^1].Day > day + 1)
        {
            var ahead = _days.FindIndex(each => each.Day >= day);
            var lessons = ScoreDay.Together(_days[ahead..], day);
            _days.RemoveRange(ahead, _days.Count - ahead);
            _days.Add(lessons);
        }

        if (_days.Count == 0 || _days[^1].Day < day)
        {
            if (_days.Count == MaxDays)
            {
                _days.RemoveAt(0);
            }

            _days.Add(new(day));
        }

        _days[^1].Add(probability, isAccepted, weight);
    }

    /// <summary>The history as bytes.</summary>
    public byte[] ToBytes() => Domain.Bytes.Write(this, static (writer, history) =>
    {
        writer.Write(Format);
        writer.WriteCount(history._days.Count);
        foreach (var day in history._days)
        {
            day.Write(writer);
        }
    });

    /// <summary>Reads a history back.</summary>
    /// <exception cref="FormatException">They are not a history's bytes.</exception>
    public static ScoreHistory FromBytes(byte[] bytes) => Domain.Bytes.Read(bytes, Format, "the history of a model's scores", static reader =>
    {
        var days = new List<ScoreDay>();
        for (var left = reader.Count(MaxDays); left > 0; left--)
        {
            days.Add(ScoreDay.Read(reader));
        }

        return new ScoreHistory(days);
    });
}
