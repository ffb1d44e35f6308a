using System.Collections.Immutable;

namespace Zhice.Api.Errors;

/// <summary>What can be wrong with a field: the reasons of <c>BadRequest.FieldViolation</c>.</summary>
public static class FieldReasons
{
    /// <summary>It must be set.</summary>
    public const string Required = "REQUIRED";

    /// <summary>It must not be set here.</summary>
    public const string NotAllowed = "NOT_ALLOWED";

    /// <summary>A text is longer than it may be.</summary>
    public const string TooLong = "TOO_LONG";

    /// <summary>A list or map has more items than it may have.</summary>
    public const string TooMany = "TOO_MANY";

    /// <summary>A number or time is outside its range.</summary>
    public const string OutOfRange = "OUT_OF_RANGE";

    /// <summary>It is not written as it must be.</summary>
    public const string Malformed = "MALFORMED";

    /// <summary>A value is of another type than the catalogue, or the field, takes.</summary>
    public const string WrongType = "WRONG_TYPE";

    /// <summary>The catalogue, the message or the enum has no such name.</summary>
    public const string UnknownName = "UNKNOWN_NAME";

    /// <summary>It is there twice.</summary>
    public const string Repeated = "REPEATED";

    /// <summary>It does not belong to what else the request says.</summary>
    public const string Mismatch = "MISMATCH";

    /// <summary>The catalogue's own checks refuse it.</summary>
    public const string CatalogFault = "CATALOG_FAULT";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Required, NotAllowed, TooLong, TooMany, OutOfRange, Malformed, WrongType, UnknownName, Repeated, Mismatch,
        CatalogFault,
    ];
}
