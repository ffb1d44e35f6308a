using System.Collections.Immutable;
using Orleans;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Values;

namespace Zhice.Contracts.Measurement;

/// <summary>
/// Compares activity, AUM, churn and NPS of the customers whom a campaign contacted with those whom it held out. Any of them answers for
/// all silos; it may take a minute, and shares its turns with analyses of behaviour.
/// </summary>
[Alias("zhice.value")]
public interface IValueGrain : IGrainWithIntegerKey
{
    /// <summary>Compares.</summary>
    [Alias("Compare"), ResponseTimeout("00:03:00")]
    Task<ValueAnswer> Compare(ValueQuestion question);
}

/// <summary>What is asked of a campaign.</summary>
/// <param name="CampaignId">The campaign.</param>
/// <param name="Days">How many days after the first contact or holdout count for activity, outcomes and answers.</param>
/// <param name="By">What the report is divided by: names that contacted and held-out customers both have.</param>
/// <param name="Confidence">How sure the intervals are, above 0.5 and below 1.</param>
[GenerateSerializer, Immutable, Alias("zhice.value-question")]
public sealed record ValueQuestion(
    [property: Id(0)] string CampaignId, [property: Id(1)] int Days, [property: Id(2)] ImmutableArray<ReportDimension> By,
    [property: Id(3)] double Confidence)
{
    /// <summary>Only events of this type are activity; empty for any.</summary>
    [Id(4)]
    public string EventType { get; init; } = "";

    /// <summary>The tag with the AUM in yuan; empty for none.</summary>
    [Id(5)]
    public string AumTagId { get; init; } = "";

    /// <summary>Who has churned, as a condition of an audience; empty for none.</summary>
    [Id(6)]
    public string ChurnCondition { get; init; } = "";

    /// <summary>In its place, the number of the outcome that says that a customer has left; 0 for none.</summary>
    [Id(7)]
    public int ChurnOutcome { get; init; }

    /// <summary>The number of the outcome whose amount is the answer, 0 to 10; 0 for none.</summary>
    [Id(8)]
    public int NpsOutcome { get; init; }
}

/// <summary>What became of a campaign's customers.</summary>
/// <param name="Refusal">Why there are no figures.</param>
/// <param name="AsOfMs">The instant of the totals by the store's clock, unix milliseconds; AUM and conditions are of some seconds later.</param>
/// <param name="Lines">The lines, the largest first.</param>
[GenerateSerializer, Immutable, Alias("zhice.value-answer")]
public sealed record ValueAnswer(
    [property: Id(0)] ValueRefusal Refusal, [property: Id(1)] long AsOfMs, [property: Id(2)] ImmutableArray<ValueLine> Lines)
{
    /// <summary>Contacts, by the totals.</summary>
    [Id(3)]
    public long Contacted { get; init; }

    /// <summary>Customers who were held out, by the totals.</summary>
    [Id(4)]
    public long HeldOut { get; init; }

    /// <summary>Contacts and holdouts whose facts are not kept any more.</summary>
    [Id(5)]
    public long WithoutFacts { get; init; }

    /// <summary>Customers whose days are not over.</summary>
    [Id(6)]
    public long NotOver { get; init; }

    /// <summary>Answers that are no whole number from 0 to 10.</summary>
    [Id(7)]
    public long NoScores { get; init; }

    /// <summary>Events of activity that were read, of whomever.</summary>
    [Id(8)]
    public long Events { get; init; }

    /// <summary>Of how many of the 10,000 parts of the customers events are recorded.</summary>
    [Id(9)]
    public int Parts { get; init; }
}

/// <summary>The figures of some customers.</summary>
/// <param name="Keys">The values of the dimensions.</param>
/// <param name="Contacted">Customers who were contacted, also those whose contact became void.</param>
/// <param name="HeldOut">Customers who were held out.</param>
/// <param name="Figures">The figures.</param>
[GenerateSerializer, Immutable, Alias("zhice.value-line")]
public sealed record ValueLine(
    [property: Id(0)] ImmutableArray<string> Keys, [property: Id(1)] long Contacted, [property: Id(2)] long HeldOut,
    [property: Id(3)] ImmutableArray<ValueComparison> Figures);

/// <summary>Why there are no figures.</summary>
[GenerateSerializer, Alias("zhice.value-refusal")]
public enum ValueRefusal : byte
{
    /// <summary>There are.</summary>
    None = 0,

    /// <summary>The campaign has more customers than a silo keeps in memory for it.</summary>
    TooManyCustomers = 1,

    /// <summary>The reading took too long.</summary>
    TookTooLong = 2,
}
