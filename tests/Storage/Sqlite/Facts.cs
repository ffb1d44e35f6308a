using System.Runtime.CompilerServices;
using Xunit;

namespace Zhice.Storage.Tests.Sqlite;

/// <summary>A fact that needs Linux.</summary>
internal sealed class FactOnLinuxAttribute : FactAttribute
{
    public FactOnLinuxAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine) => Skip = OperatingSystem.IsLinux() ? null : "It needs Linux.";
}

/// <summary>A fact that mounts a file system of its own.</summary>
internal sealed class FactIfMountingIsAllowedAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(static () =>
    {
        try
        {
            using var folder = new TempFolder();
            SizedDisk.Mount(folder.Path, "64k").Dispose();
            return null;
        }
        catch (Exception fault)
        {
            return $"A tmpfs cannot be mounted here: {fault.Message}";
        }
    });

    public FactIfMountingIsAllowedAttribute([CallerFilePath] string? sourceFile = null, [CallerLineNumber] int sourceLine = -1)
        : base(sourceFile, sourceLine) => Skip = Obstacle.Value;
}
