using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;
using Zhice.Domain.Stops;

namespace Zhice.Domain.Decisions;

/// <summary>The catalogue as a decision saw it, so that the decision can be made or explained again.</summary>
public static class DecidedCatalog
{
    /// <summary>The same version with what was stopped, and who was listed, when a decision was made: as its verdicts tell.</summary>
    public static Catalog AsThen(this Catalog catalog, ImmutableArray<Verdict> verdicts)
    {
        var policy = catalog.ContactPolicy;
        var stopped = verdicts.Where(static verdict => verdict.Reason == ReasonCode.Stopped)
            .Select(static verdict => KeyValuePair.Create(verdict.Action, (StopKind)verdict.AccessSource));
        var refusing = verdicts.Where(static verdict => verdict.Reason == ReasonCode.DoNotContact)
            .Select(verdict => policy.GetListIndex(verdict.AccessSource)).ToHashSet();
        return catalog.With(StoppedActions.AsThen(stopped)).With(ListedCustomers.AsThen(refusing, policy));
    }
}
