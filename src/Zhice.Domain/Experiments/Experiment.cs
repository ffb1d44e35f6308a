using System.Collections.Immutable;
using Zhice.Domain.Measurement.Sequences;

namespace Zhice.Domain.Experiments;

/// <summary>Customers who are kept out of some marketing.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Salt">What the draw is made by.</param>
/// <param name="Share">How many of 10,000 customers.</param>
public sealed record Holdout(string Id, long Salt, int Share)
{
    /// <summary>Its key among the exposures of a customer.</summary>
    public long Key { get; } = Assignment.GetSalt(ExperimentNames.OfHoldout(Id));
}

/// <summary>An experiment in its layer.</summary>
public sealed record Experiment
{
    /// <summary>Its id.</summary>
    public required string Id
    {
        get;
        init
        {
            field = value;
            Key = Assignment.GetSalt(ExperimentNames.OfExperiment(value));
        }
    }

    /// <summary>Its key among the exposures of a customer.</summary>
    public long Key { get; private init; }

    /// <summary>What the layer's draw is made by: experiments of one layer share it, so that a customer is in one of them.</summary>
    public required long LayerSalt { get; init; }

    /// <summary>Only customers in this arm of an earlier experiment.</summary>
    public ArmNumber Within { get; init; }

    /// <summary>From which of the layer's 10,000 parts.</summary>
    public required int From { get; init; }

    /// <summary>To which of them, exclusive.</summary>
    public required int To { get; init; }

    /// <summary>More of its parts: those that it grew by, where they do not follow on the first.</summary>
    public ImmutableArray<PartRange> Also { get; init; } = [];

    /// <summary>What the draw of the arm is made by.</summary>
    public required long ArmSalt { get; init; }

    /// <summary>Its arms.</summary>
    public required ImmutableArray<Arm> Arms { get; init; }

    /// <summary>What an arm must show to be promoted; null: none is.</summary>
    public WinnerPromotion? Promotion { get; init; }

    /// <summary>The number of the arm that all customers of the experiment get, from 1; 0: each has the arm that was drawn.</summary>
    public byte Promoted { get; init; }
}

/// <summary>Parts of a layer.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last, exclusive.</param>
public readonly record struct PartRange(int From, int To);

/// <summary>A branch of an experiment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UpTo">The weights of this arm and of those before it.</param>
public sealed record Arm(string Id, int UpTo);

/// <summary>
/// Names an arm: the place of its experiment in the catalogue, from 0, and its own in the experiment, from 1; 0 is no arm.
/// </summary>
public readonly record struct ArmNumber(byte Experiment, byte Arm)
{
    /// <summary>Whether it names one.</summary>
    public bool IsSet => Arm != 0;
}
