using System.ComponentModel.DataAnnotations;

namespace Zhice.Api;

/// <summary>What callers learn of groups of customers, in the section "Zhice:Privacy".</summary>
public sealed record PrivacyOptions
{
    /// <summary>The name of the section, within "Zhice".</summary>
    public const string Section = "Privacy";

    /// <summary>
    /// Of how many customers a count must be, to be shown to callers whose roles show no single customers: analysts and approvers.
    /// Smaller ones are answered as "fewer than" it.
    /// </summary>
    /// <value>1 to 1,000; 1 shows each count. Default: 10.</value>
    [Range(1, 1_000)]
    public int MinCount { get; init; } = 10;
}
