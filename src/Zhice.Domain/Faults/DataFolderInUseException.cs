namespace Zhice.Domain.Faults;

/// <summary>Another process keeps its states in the same folder. The start stops.</summary>
public sealed class DataFolderInUseException(string folder, string owner)
    : Exception($"The data folder {folder} is in use by {owner}; stop that process, or give this one a folder of its own.")
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;
}
