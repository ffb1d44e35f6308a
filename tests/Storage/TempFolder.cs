namespace Zhice.Storage.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("zhice-storage-").FullName;

    public string Database => System.IO.Path.Combine(Path, "zhice.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
