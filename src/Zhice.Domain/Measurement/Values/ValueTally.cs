namespace Zhice.Domain.Measurement.Values;

/// <summary>The customers of a group, added up; no list of them is kept.</summary>
public sealed class ValueTally
{
    /// <summary>How many customers.</summary>
    public long Customers { get; private set; }

    /// <summary>How many of those whose activity is recorded were active.</summary>
    public long Active { get; private set; }

    /// <summary>The active days of those whose activity is recorded.</summary>
    public Moments ActiveDays { get; private set; }

    /// <summary>The AUM of those of whom it is known, in fen.</summary>
    public Moments Aum { get; private set; }

    /// <summary>The sum of their AUM, in fen.</summary>
    public Int128 AumFen { get; private set; }

    /// <summary>The AUM with that before, of those of whom both are known, in fen.</summary>
    public PairedMoments AumAndBefore { get; private set; }

    /// <summary>How many have churned.</summary>
    public long Churned { get; private set; }

    /// <summary>Of how many it is known whether they have.</summary>
    public long ChurnKnown { get; private set; }

    /// <summary>The promoters.</summary>
    public long Promoters { get; private set; }

    /// <summary>The detractors.</summary>
    public long Detractors { get; private set; }

    /// <summary>The answers, each 1, 0 or -1.</summary>
    public Moments Answers { get; private set; }

    /// <summary>Adds a customer.</summary>
    public void Add(in ValuedCustomer customer)
    {
        Customers++;
        if (customer.ActiveDays is { } days)
        {
            (Active, ActiveDays) = (Active + (days > 0 ? 1 : 0), ActiveDays.With(days));
        }

        if (customer.AumFen is { } aum)
        {
            (Aum, AumFen) = (Aum.With(aum), AumFen + aum);
            AumAndBefore = customer.AumBeforeFen is { } before ? AumAndBefore.With(aum, before) : AumAndBefore;
        }

        if (customer.IsChurned is { } isChurned)
        {
            (Churned, ChurnKnown) = (Churned + (isChurned ? 1 : 0), ChurnKnown + 1);
        }

        if (customer.NetAnswer is { } answer)
        {
            Answers = Answers.With(answer);
            (Promoters, Detractors) = (Promoters + (answer > 0 ? 1 : 0), Detractors + (answer < 0 ? 1 : 0));
        }
    }
}
