using Zhice.Domain.Measurement.Lifts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>What is asked of each customer of an experiment.</summary>
/// <param name="Outcomes">The names of what a customer did or did not do.</param>
/// <param name="Amounts">The names of amounts; each in a unit of its own.</param>
/// <param name="HasCovariate">Whether something is known of each customer from before the experiment.</param>
/// <param name="HasGroups">Whether customers are in groups.</param>
public sealed record LiftQuestions(IReadOnlyList<string> Outcomes, IReadOnlyList<string> Amounts, bool HasCovariate, bool HasGroups)
{
    /// <summary>How many figures each customer has.</summary>
    public int Measures => Outcomes.Count + Amounts.Count;
}

/// <summary>Gathers the customers of an experiment one by one, arm by arm and group by group; the customers are not kept.</summary>
/// <param name="questions">What is asked of each customer.</param>
/// <remarks>
/// It allocates nothing for a customer whose arm, group and amounts are known; 1,000,000 of them with their file take about 1 s.
/// </remarks>
public sealed class LiftTally(LiftQuestions questions)
{
    private readonly List<ArmTally> _arms = [];
    private readonly List<List<(Moments First, Moments Second)[]>> _groups = [];

    /// <summary>What is asked of each customer.</summary>
    public LiftQuestions Questions => questions;

    /// <summary>The arms, by their numbers.</summary>
    public IReadOnlyList<ArmTally> Arms => _arms;

    /// <summary>How many groups there are.</summary>
    public int Groups => _groups.Count;

    /// <summary>Adds a customer.</summary>
    /// <param name="arm">The number of the arm, from 0; a new one is the number of arms.</param>
    /// <param name="group">The number of the group, from 0; without groups 0.</param>
    /// <param name="values">The outcomes, 1 or 0 each, and then the amounts.</param>
    /// <param name="covariate">What was known from before; without a covariate 0.</param>
    public void Add(int arm, int group, ReadOnlySpan<double> values, double covariate)
    {
        while (_arms.Count <= arm)
        {
            _arms.Add(new(questions));
        }

        // Halves that do not depend on the order of the customers' arms; the number of the customer in the file decides.
        var isFirst = (Mix((ulong)Customers++) & 1) == 0;
        _arms[arm].Add(values, covariate);
        if (!questions.HasGroups)
        {
            return;
        }

        while (_groups.Count <= group)
        {
            _groups.Add([]);
        }

        while (_groups[group].Count <= arm)
        {
            _groups[group].Add(new (Moments, Moments)[questions.Measures]);
        }

        var cells = _groups[group][arm];
        for (var i = 0; i < cells.Length; i++)
        {
            ref var cell = ref cells[i];
            cell = isFirst ? (cell.First.With(values[i]), cell.Second) : (cell.First, cell.Second.With(values[i]));
        }
    }

    /// <summary>How many customers were added.</summary>
    public long Customers { get; private set; }

    /// <summary>The values of a group's customers in an arm, in two halves.</summary>
    /// <param name="group">The group.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="measure">The outcome or, after the outcomes, the amount.</param>
    public (Moments First, Moments Second) Halves(int group, int arm, int measure) =>
        arm < _groups[group].Count ? _groups[group][arm][measure] : default;

    // The finaliser of SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
    private static ulong Mix(ulong bits)
    {
        bits += 0x9E37_79B9_7F4A_7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58_476D_1CE4_E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D0_49BB_1331_11EB;
        return bits ^ (bits >> 31);
    }
}

/// <summary>The customers of an arm.</summary>
public sealed class ArmTally
{
    private readonly long[] _successes;
    private readonly AmountCounts[] _amounts;
    private readonly PairedMoments[] _pairs;

    internal ArmTally(LiftQuestions questions)
    {
        _successes = new long[questions.Outcomes.Count];
        _amounts = [.. questions.Amounts.Select(static _ => new AmountCounts())];
        _pairs = new PairedMoments[questions.HasCovariate ? questions.Measures : 0];
    }

    /// <summary>How many customers.</summary>
    public long Customers { get; private set; }

    /// <summary>How many of them did what an outcome asks.</summary>
    public Proportion Outcome(int outcome) => new(_successes[outcome], Customers);

    /// <summary>Their amounts.</summary>
    public AmountCounts Amount(int amount) => _amounts[amount];

    /// <summary>An outcome or, after the outcomes, an amount, with the covariate.</summary>
    public PairedMoments Paired(int measure) => _pairs[measure];

    internal void Add(ReadOnlySpan<double> values, double covariate)
    {
        Customers++;
        for (var i = 0; i < _successes.Length; i++)
        {
            _successes[i] += values[i] != 0 ? 1 : 0;
        }

        for (var i = 0; i < _amounts.Length; i++)
        {
            _amounts[i].Add(values[_successes.Length + i]);
        }

        for (var i = 0; i < _pairs.Length; i++)
        {
            _pairs[i] = _pairs[i].With(values[i], covariate);
        }
    }
}
