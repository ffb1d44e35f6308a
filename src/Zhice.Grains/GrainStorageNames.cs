namespace Zhice.Grains;

/// <summary>Names under which grains find their storage.</summary>
public static class GrainStorageNames
{
    /// <summary>The group-commit storage of all durable state.</summary>
    public const string Zhice = "zhice";
}
