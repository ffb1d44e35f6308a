namespace Zhice.Storage.Retention;

/// <summary>How long is kept what grows with time and nothing else removes.</summary>
public sealed record RetentionOptions
{
    /// <summary>
    /// How many days, at least, the ledger remembers that a contact was counted: so long its run or its event cannot count it again.
    /// </summary>
    /// <value>40 to 3,650; default 100.</value>
    public int LedgerDays { get; init; } = 100;

    /// <summary>How many days it can be asked what a customer was judged to be in a run of a campaign.</summary>
    /// <value>1 to 3,650; default 100.</value>
    public int EvaluationDays { get; init; } = 100;

    /// <summary>How many days, at least, facts are kept. Their totals are kept for ever.</summary>
    /// <value>8 to 3,650; default 35.</value>
    public int FactDays { get; init; } = 35;

    /// <summary>How many days it is known which batches of facts were written: longer than any is tried again.</summary>
    internal static int BatchDays => 2;

    /// <summary>How many days an answer is kept that the customer's state has no room for: a day more than a repeat may take.</summary>
    internal static int AnswerDays => 8;
}
