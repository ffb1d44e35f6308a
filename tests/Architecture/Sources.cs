namespace Zhice.Architecture.Tests;

/// <summary>The repository's own files.</summary>
internal static class Sources
{
    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The project files of the product: no tests.</summary>
    public static IEnumerable<string> Projects => new[] { "src", "client", "silo", "samples" }
        .SelectMany(static folder => Files(Path.Combine(Root, folder), "*.csproj"));

    /// <summary>The sources in a folder, without what was built.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
        .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string Find(string folder) => File.Exists(Path.Combine(folder, "Zhice.Grains.sln"))
        ? folder
        : Find(
            Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))
                ?? throw new InvalidOperationException("The tests do not run within the repository."));
}
