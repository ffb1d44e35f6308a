namespace Zhice.Domain.Measurement.Values;

/// <summary>What is known of a customer whom a campaign contacted or held out, some time after.</summary>
/// <param name="ActiveDays">On how many days the customer was active; null where it is not recorded.</param>
/// <param name="AumFen">The assets under management (AUM), in fen; null where they are not known.</param>
/// <param name="AumBeforeFen">The same from before the campaign; null where they are not known.</param>
/// <param name="IsChurned">Whether the customer has churned; null where it is not known.</param>
/// <param name="Score">
/// The answer to "how likely are you to recommend us", 0 to <see cref="MaxScore"/>; null for none.
/// </param>
public readonly record struct ValuedCustomer(int? ActiveDays, long? AumFen, long? AumBeforeFen, bool? IsChurned, int? Score)
{
    /// <summary>The highest answer.</summary>
    public const int MaxScore = 10;

    private const int LeastOfPromoters = 9;
    private const int MostOfDetractors = 6;

    /// <summary>
    /// The answer as the net promoter score (NPS) counts it (F. F. Reichheld, Harvard Business Review 2003): 1 for a promoter (9 or 10), -1 for
    /// a detractor (0 to 6), 0 for others; null for no answer.
    /// </summary>
    public int? NetAnswer => Score is not { } score ? null
        : score >= LeastOfPromoters ? 1
        : score <= MostOfDetractors ? -1
        : 0;
}
