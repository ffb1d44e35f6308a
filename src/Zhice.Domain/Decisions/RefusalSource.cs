using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stops;

namespace Zhice.Domain.Decisions;

/// <summary>What decided a verdict.</summary>
public static class AccessSource
{
    /// <summary>The id of the rule, cap, holdout or experiment that decided; empty when none did.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="candidate">What was judged; null when the placement no longer has it.</param>
    /// <param name="catalog">The catalogue that it was judged by.</param>
    public static string GetName(in Verdict verdict, Candidate? candidate, Catalog catalog) => verdict.Reason switch
    {
        ReasonCode.CapReached or ReasonCode.QuietHours or ReasonCode.Suppressed or ReasonCode.DoNotContact =>
            FindPart(verdict, catalog)?.Id ?? "",
        ReasonCode.Ineligible or ReasonCode.NotApplicable or ReasonCode.Unsuitable => candidate?.Rule(verdict.AccessSource)?.Id ?? "",
        ReasonCode.Holdout when (uint)verdict.AccessSource < (uint)catalog.Holdouts.Length => catalog.Holdouts[verdict.AccessSource].Id,
        ReasonCode.Holdout when (uint)(verdict.AccessSource - Decider.FirstExperiment) < (uint)catalog.Experiments.Length =>
            catalog.Experiments[verdict.AccessSource - Decider.FirstExperiment].Id,
        ReasonCode.Stopped => ((StopKind)verdict.AccessSource).ToString().ToLowerInvariant(),
        _ => "",
    };

    /// <summary>The part of the contact policy that decided; null when none did.</summary>
    public static PolicyPart? FindPart(in Verdict verdict, Catalog catalog)
    {
        var parts = catalog.ContactPolicy.Parts;
        return verdict.Reason is ReasonCode.CapReached or ReasonCode.QuietHours or ReasonCode.Suppressed or ReasonCode.DoNotContact
            && (uint)verdict.AccessSource < (uint)parts.Length
            ? parts[verdict.AccessSource]
            : null;
    }
}
