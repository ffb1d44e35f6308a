namespace Zhice.SystemTests.Processes;

/// <summary>Where the things under test lie.</summary>
internal static class Repository
{
    private static readonly string Configuration =
        AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static string Silo => Binary("silo", "Zhice.Silo.dll");

    public static string Gateway => Binary("client/Zhice.Gateway", "Zhice.Gateway.dll");

    public static string Cli => Binary("client/Zhice.Cli", "zhice.dll");

    public static string SampleCatalog => Path.Combine(Root, "deploy/sample/catalog");

    private static string Binary(string project, string name) =>
        Path.Combine(Root, project, "bin", Configuration, "net10.0", name);

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Zhice.Grains.sln"))
            ? folder.FullName
            : FindRoot(folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside of the repository."));
}
