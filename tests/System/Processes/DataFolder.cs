namespace Zhice.SystemTests.Processes;

/// <summary>A data folder that goes when its test ends.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("zhice-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
