using Zhice.Domain.Catalogs;

namespace Zhice.Domain.Decisions;

/// <summary>What decided a verdict.</summary>
public static class Culprit
{
    /// <summary>The id of the rule, cap, holdout or experiment that decided; empty when none did.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="candidate">What was judged; null when the placement no longer has it.</param>
    /// <param name="catalog">The catalogue that it was judged by.</param>
    public static string NameOf(in Verdict verdict, Candidate? candidate, Catalog catalog) => verdict.Reason switch
    {
        ReasonCode.CapReached when (uint)verdict.Culprit < (uint)catalog.Caps.Length => catalog.Caps[verdict.Culprit].Id,
        ReasonCode.Ineligible or ReasonCode.NotApplicable or ReasonCode.Unsuitable => candidate?.Rule(verdict.Culprit)?.Id ?? "",
        ReasonCode.Holdout when (uint)verdict.Culprit < (uint)catalog.Holdouts.Length => catalog.Holdouts[verdict.Culprit].Id,
        ReasonCode.Holdout when (uint)(verdict.Culprit - Decider.FirstExperiment) < (uint)catalog.Experiments.Length =>
            catalog.Experiments[verdict.Culprit - Decider.FirstExperiment].Id,
        _ => "",
    };
}
