using Zhice.Domain.Tags;

namespace Zhice.Catalogs.Tags;

/// <summary>Checks how a tag's values are protected, and fills in what follows from the level.</summary>
internal static class ProtectionCompiler
{
    private const int MaxTextBytes = 512;

    private static readonly TimeSpan OneDay = TimeSpan.FromDays(1);
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3660);

    public static TagProtection Compile(string path, V1.TagDefinition definition, CatalogFaults faults)
    {
        var given = definition.Protection ?? new();
        path = $"{path}.protection";
        if (given.Level is < 0 or > TagProtection.MaxLevel)
        {
            faults.Add($"{path}.level", $"is {given.Level}; it is 1 to {TagProtection.MaxLevel} (JR/T 0197), or unset");
            return TagProtection.Default;
        }

        var level = given.Level != 0 ? given.Level : definition.Sensitive ? TagProtection.SensitiveLevel : TagProtection.Default.Level;
        if (definition.Sensitive && level < 3)
        {
            faults.Add($"{path}.level", $"is {level}, and the tag is sensitive; a sensitive tag has level 3 or above");
        }

        var protection = TagProtection.ForLevel(level);
        if (given.PersonalClass is < V1.PersonalClass.Unspecified or > V1.PersonalClass.C3)
        {
            faults.Add($"{path}.personal_class", "is no class; it is c1, c2 or c3 (JR/T 0171), or unset");
        }
        else if (given.PersonalClass == V1.PersonalClass.C3 && level < TagProtection.SensitiveLevel)
        {
            faults.Add(
                $"{path}.personal_class",
                $"is c3, and the level is {level}; information that authenticates has level {TagProtection.SensitiveLevel} or above");
        }

        if (given.Importance is < V1.DataImportance.Unspecified or > V1.DataImportance.Core)
        {
            faults.Add($"{path}.importance", "is no class; it is general, sensitive_general, important or core, or unset");
        }

        if (definition.Live is not null && given.Retention is not null)
        {
            faults.Add($"{path}.retention", "a live tag is kept for its window; leave retention out");
        }

        return protection with
        {
            PersonalClass = given.PersonalClass == V1.PersonalClass.Unspecified
                ? protection.PersonalClass
                : (PersonalClass)given.PersonalClass,
            Importance = given.Importance == V1.DataImportance.Unspecified ? protection.Importance : (DataImportance)given.Importance,
            Purpose = faults.Text($"{path}.purpose", given.Purpose, MaxTextBytes),
            Origin = faults.Text($"{path}.origin", given.Origin, MaxTextBytes),
            RetentionMs = given.Retention is null ? 0 : faults.Span($"{path}.retention", given.Retention, OneDay, TenYears),
        };
    }
}
