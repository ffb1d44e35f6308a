using Zhice.Domain.Experiments;

namespace Zhice.Catalogs.Experiments;

/// <summary>Checks the groups for whom marketing is decided in other ways.</summary>
internal static class ContrastCompiler
{
    private const string UsualSalt = "contrasts";
    private const int MaxSaltBytes = 64;

    /// <summary>The groups; null for none.</summary>
    public static DecisionContrasts? Compile(V1.DecisionContrasts? definition, CatalogFaults faults)
    {
        if (definition is null)
        {
            return null;
        }

        var parts = definition.Share * Assignment.Parts;
        if (!(parts is >= 1 and <= DecisionContrasts.MaxParts) || Math.Abs(parts - Math.Round(parts)) > 1e-6)
        {
            faults.Add(
                "decision_contrasts.share",
                $"is {definition.Share}; it is 0.0001 to {(double)DecisionContrasts.MaxParts / Assignment.Parts}, in steps of 0.0001: there are six groups, and all others get the usual decisions");
            parts = 1;
        }

        var salt = faults.Text("decision_contrasts.salt", definition.Salt, MaxSaltBytes);
        return new(Assignment.GetSalt($"contrasts/{(salt.Length == 0 ? UsualSalt : salt)}"), (int)Math.Round(parts));
    }
}
