using Zhice.Domain.Decisions;

namespace Zhice.ContactSimulation;

/// <summary>What was counted over all customers.</summary>
internal sealed class Tally
{
    public int Asked { get; set; }

    public int Refused { get; set; }

    public int Made { get; set; }

    public int Held { get; set; }

    public int Seen { get; set; }

    public int Void { get; set; }

    public int Restarts { get; set; }

    public int LostCommits { get; set; }

    public int Repeats { get; set; }

    public int RepeatedFeedback { get; set; }

    public int Exceeded { get; set; }

    public int WronglyAllowed { get; set; }

    public int WronglyRefused { get; set; }

    public SortedDictionary<ReasonCode, int> Reasons { get; } = [];
}
