using System.CommandLine;
using Grpc.Core;
using Zhice.Client;

namespace Zhice.Cli.Running;

/// <summary>
/// The etag of what a file or folder was edited from, kept beside it for each server and name, so that a colleague's change
/// is not overwritten unseen.
/// </summary>
internal static class EditedEtag
{
    /// <summary>There must be none yet.</summary>
    public const string New = "new";

    /// <summary>`--etag`, which every command that saves has.</summary>
    public static Option<string?> Option() => new("--etag")
    {
        Description = "The etag of what was edited; refused if another is there now. Else the one that is kept beside the file. Example: --etag 3-1",
        HelpName = "ETAG",
    };

    /// <summary>`--force`, which every command that saves has.</summary>
    public static Option<bool> Force() => new("--force") { Description = "Overwrites whatever is there. Example: --force" };

    /// <summary>The etag that is kept beside a file or folder; null when none is.</summary>
    public static string? Find(Session session, string source, string name)
    {
        var start = GetLinePrefix(session, name);
        return File.Exists(GetFullPath(source))
            ? File.ReadLines(GetFullPath(source)).LastOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?[start.Length..]
            : null;
    }

    /// <summary>Keeps an etag beside a file or folder.</summary>
    public static void Keep(Session session, string source, string name, string etag)
    {
        var (path, start) = (GetFullPath(source), GetLinePrefix(session, name));
        var others = File.Exists(path) ? File.ReadAllLines(path).Where(line => !line.StartsWith(start, StringComparison.Ordinal)) : [];
        File.WriteAllLines(path, [.. others, start + etag]);
    }

    /// <summary>Saves, and says what to do when another is there than what was edited.</summary>
    public static async Task<T> SaveAsync<T>(string what, string look, Func<Task<T>> save)
    {
        try
        {
            return await save().ConfigureAwait(false);
        }
        catch (RpcException fault) when (GrpcFault.From(fault) is { Reason: "STALE_ETAG" } stale)
        {
            var etag = stale.Metadata.GetValueOrDefault("etag") is { Length: > 0 } present ? $" (--etag {present})" : "";
            throw new FailureException($"Another {what} is there than the one that was edited; nothing is changed. Look at it with '{look}'; --etag says that you have seen it{etag}, --force overwrites whatever is there.");
        }
    }

    private static string GetLinePrefix(Session session, string name) => $"{session.Address} {name} ";

    private static string GetFullPath(string source) => Directory.Exists(source)
        ? Path.Combine(source, ".etag")
        : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(source))!, $".{Path.GetFileName(source)}.etag");
}
