namespace Zhice.Grains;

/// <summary>Names under which grains find their storage.</summary>
public static class GrainStorageNames
{
    /// <summary>The group-commit storage of customers and whatever else is written often.</summary>
    public const string Zhice = "zhice";

    /// <summary>The storage of what is written seldom, such as the catalogue.</summary>
    public const string Definitions = "zhice-definitions";
}
