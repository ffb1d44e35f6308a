namespace Zhice.Domain.Tags;

/// <summary>How a tag's values are protected.</summary>
/// <param name="Level">The security level after JR/T 0197-2020, 1 (public) to 5 (highest).</param>
/// <param name="PersonalClass">The class of personal financial information after JR/T 0171-2020.</param>
/// <param name="Importance">The class after the rules of 金规〔2024〕24号.</param>
/// <param name="Purpose">What for the bank keeps it, for people; empty: nothing is said.</param>
/// <param name="RetentionMs">How long a value is kept after it was written, milliseconds; 0: without end.</param>
/// <param name="Origin">Where the bank has it from, for people; empty: nothing is said.</param>
public sealed record TagProtection(
    int Level, PersonalClass PersonalClass, DataImportance Importance, string Purpose = "", long RetentionMs = 0, string Origin = "")
{
    /// <summary>The highest level.</summary>
    public const int MaxLevel = 5;

    /// <summary>From this level on a tag is sensitive: masked, and read by no model unless it is included.</summary>
    public const int SensitiveLevel = 4;

    /// <summary>What a tag has that says nothing: a customer's data that is not public, level 3.</summary>
    public static TagProtection Default { get; } = ForLevel(3);

    /// <summary>
    /// The classes that belong to a level where the catalogue says no others: JR/T 0197, annex A, puts C3 on level 4, C2 on 3, C1 on 2.
    /// </summary>
    public static TagProtection ForLevel(int level) => new(
        level,
        level >= SensitiveLevel ? PersonalClass.C3 : level == 3 ? PersonalClass.C2 : PersonalClass.C1,
        level == MaxLevel ? DataImportance.Important : level == SensitiveLevel ? DataImportance.SensitiveGeneral : DataImportance.General);
}

/// <summary>Classes of personal financial information, JR/T 0171-2020. The numbers are those of the public contract.</summary>
public enum PersonalClass : byte
{
    /// <summary>Information for use within the institution.</summary>
    C1 = 1,

    /// <summary>Information that identifies a person or shows their finances.</summary>
    C2 = 2,

    /// <summary>Information by which a person is authenticated.</summary>
    C3 = 3,
}

/// <summary>Classes of data, 金规〔2024〕24号. The numbers are those of the public contract.</summary>
public enum DataImportance : byte
{
    /// <summary>Other general data.</summary>
    General = 1,

    /// <summary>Sensitive general data.</summary>
    SensitiveGeneral = 2,

    /// <summary>Important data.</summary>
    Important = 3,

    /// <summary>Core data.</summary>
    Core = 4,
}
