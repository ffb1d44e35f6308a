using Zhice.Domain.Learning;
using Zhice.Domain.Learning.Histories;

namespace Zhice.Grains.Learning;

/// <summary>An action's learning as it is stored; empty bytes: there is none.</summary>
[GenerateSerializer, Alias("zhice.learned-model")]
internal sealed class LearnedModel
{
    /// <summary>The champion, as <see cref="BayesianModel.ToBytes"/> writes it.</summary>
    [Id(0)]
    public byte[] Bytes { get; init; } = [];

    /// <summary>The champion's version; 0 in what was stored before there were versions.</summary>
    [Id(1)]
    public long Version { get; init; }

    /// <summary>Whether the champion learns no more.</summary>
    [Id(2)]
    public bool IsFrozen { get; init; }

    /// <summary>How well the champion predicted.</summary>
    [Id(3)]
    public byte[] Score { get; init; } = [];

    /// <summary>The challenger; empty: there is none.</summary>
    [Id(4)]
    public byte[] Challenger { get; init; } = [];

    /// <summary>How well the challenger predicted.</summary>
    [Id(5)]
    public byte[] ChallengerScore { get; init; } = [];

    /// <summary>How the models came to be; empty in what was stored before histories were kept.</summary>
    [Id(6)]
    public byte[] History { get; init; } = [];

    /// <summary>How the lessons of each day were scored; empty in what was stored before it was kept.</summary>
    [Id(7)]
    public byte[] Days { get; init; } = [];

    public static LearnedModel From(ActionLearning learning, LearningHistory history) => new()
    {
        Bytes = learning.Champion.ToBytes(),
        Version = learning.Version,
        IsFrozen = learning.IsFrozen,
        Score = learning.Score.ToBytes(),
        Challenger = learning.Challenger?.ToBytes() ?? [],
        ChallengerScore = learning.Challenger is null ? [] : learning.ChallengerScore.ToBytes(),
        History = history.ToBytes(),
        Days = learning.Days.ToBytes(),
    };

    /// <exception cref="FormatException">It is not what <see cref="From"/> gave.</exception>
    public ActionLearning ToLearning()
    {
        if (Bytes.Length == 0)
        {
            return new();
        }

        var champion = BayesianModel.FromBytes(Bytes);
        var learning = new ActionLearning(champion, ReadScore(Score))
        {
            IsFrozen = IsFrozen, Version = Version == 0 ? champion.Learned : Version,
            Days = ReadDays(Days),
        };
        return Challenger.Length == 0 ? learning : learning.With(BayesianModel.FromBytes(Challenger), ReadScore(ChallengerScore));
    }

    /// <exception cref="FormatException">It is not what <see cref="From"/> gave.</exception>
    public LearningHistory ToHistory() => History.Length == 0 ? LearningHistory.Empty : LearningHistory.FromBytes(History);

    // A history that cannot be read begins anew; the model stays.
    private static ScoreHistory ReadDays(byte[] bytes)
    {
        try
        {
            return bytes.Length == 0 ? new() : ScoreHistory.FromBytes(bytes);
        }
        catch (FormatException)
        {
            return new();
        }
    }

    private static ProgressiveScore ReadScore(byte[] bytes) => bytes.Length == 0 ? new() : ProgressiveScore.FromBytes(bytes);
}
