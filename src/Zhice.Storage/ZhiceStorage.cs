namespace Zhice.Storage;

/// <summary>The storage of Zhice's grains.</summary>
public static class ZhiceStorage
{
    /// <summary>The name under which grains ask for it, as in <c>[PersistentState("state", "zhice")]</c>.</summary>
    public const string Name = "zhice";
}
