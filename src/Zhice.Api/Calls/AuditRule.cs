namespace Zhice.Api.Calls;

/// <summary>What the audit trail keeps of the calls of a method.</summary>
internal enum AuditRule
{
    /// <summary>Not stated: nothing, and a start is refused where it must be stated.</summary>
    Unstated,

    /// <summary>Nothing: what customers do, and reads that show no customer.</summary>
    None,

    /// <summary>That it is about to begin, and how it ended with the values before and after.</summary>
    Change,

    /// <summary>That somebody was shown data of customers, before it is shown.</summary>
    SensitiveRead,
}
