using Zhice.Domain.Primitives;

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

    public int WrongReasons { get; set; }

    /// <summary>Words of consent, lists, agent holds, stops, pauses and recalls.</summary>
    public int Words { get; set; }

    /// <summary>How often a channel asked for a contact.</summary>
    public int AskedFor { get; set; }

    public int HandedOver { get; set; }

    public int Waited { get; set; }

    public int AgainstAWord { get; set; }

    /// <summary>Contacts that were kept back or void though nothing was said against them.</summary>
    public int WronglyKept { get; set; }

    public SortedDictionary<ReasonCode, int> Reasons { get; } = [];

    public SortedDictionary<DeliveryOutcome, int> Ends { get; } = [];
}
