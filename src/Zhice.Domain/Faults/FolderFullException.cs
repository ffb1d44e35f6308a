using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>The folder of bulk files, or its disk, has no room. The sentence says how much it has; it names no path.</summary>
[GenerateSerializer, Alias("zhice.folder-full")]
public sealed class FolderFullException(string message) : Exception(message);
