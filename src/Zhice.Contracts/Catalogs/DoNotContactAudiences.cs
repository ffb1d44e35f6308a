using System.Collections.Immutable;
using Zhice.Catalogs;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Expressions;

namespace Zhice.Contracts.Catalogs;

/// <summary>Checks that the audiences are there that do-not-contact lists of a definition name.</summary>
public static class DoNotContactAudiences
{
    private const int Told = 8;

    /// <summary>A fault for each that is no uploaded audience.</summary>
    /// <param name="definition">The catalogue.</param>
    /// <param name="grains">Where the saved audiences are.</param>
    public static async ValueTask<ImmutableArray<CatalogFault>> FaultsAsync(V1.Catalog definition, IGrainFactory grains)
    {
        if (definition.ContactPolicy is not { } policy || policy.DoNotContact.All(static list => list.AudienceId.Length == 0))
        {
            return [];
        }

        var saved = (await grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key).All())
            .ToDictionary(static audience => audience.Id, StringComparer.Ordinal);
        var uploaded = saved.Values.Where(static audience => audience.List.Length > 0).Select(static audience => audience.Id).ToList();
        var faults = ImmutableArray.CreateBuilder<CatalogFault>();
        foreach (var (place, list) in policy.DoNotContact.Index())
        {
            if (list.AudienceId.Length > 0 && !uploaded.Contains(list.AudienceId))
            {
                faults.Add(
                    new(
                        $"contact_policy.do_not_contact[{place}].audience_id",
                        Description(list.AudienceId, saved.GetValueOrDefault(list.AudienceId), uploaded)));
            }
        }

        return faults.ToImmutable();
    }

    private static string Description(string audienceId, SavedAudience? saved, List<string> uploaded)
    {
        if (saved is not null)
        {
            return $"audience '{audienceId}' is a condition, not an uploaded list; write the condition into the list: \"{saved.Expression}\"";
        }

        var shown = ShortName.Shorten(audienceId);
        var hint = NearestName.Hint(shown, uploaded);
        var there = hint.Length > 0 ? ""
            : uploaded.Count == 0 ? "; none is uploaded"
            : $"; uploaded are: {string.Join(", ", uploaded.Take(Told))}{(uploaded.Count > Told ? ", …" : "")}";
        return $"there is no audience '{shown}'{hint}{there}; upload it first: zhice audience upload {shown} FILE";
    }
}
