using Zhice.Api.Errors;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Expressions;
using Zhice.Domain.Measurement.Outcomes;

namespace Zhice.Api.Requests;

/// <summary>Reads the outcomes that requests name.</summary>
internal static class OutcomeIds
{
    /// <summary>An outcome of the catalogue; null when it has none of the id, which the check then says.</summary>
    public static OutcomeDefinition? Find(string id, Catalog catalog, RequestCheck check)
    {
        var found = catalog.Outcomes.FirstOrDefault(outcome => outcome.Id == id);
        if (check.Id("outcome_id", id) && found is null)
        {
            check.Add(
                "outcome_id", FieldReasons.Mismatch,
                catalog.Outcomes.IsEmpty
                    ? "is no outcome: the catalogue has none; add it to its outcomes first"
                    : $"is no outcome of the catalogue{NearestName.Hint(RequestCheck.Clip(id), catalog.Outcomes.Select(static outcome => outcome.Id))}");
        }

        return found;
    }
}
