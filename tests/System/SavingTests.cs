using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>What the command line saves: a colleague's change is not overwritten unseen, and nothing is approved unseen.</summary>
public sealed class SavingTests
{
    [Fact]
    public async Task A_catalogue_is_not_overwritten_by_a_folder_of_an_earlier_version()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        string Of(string name) => Path.Combine(folder.Path, name);
        foreach (var copy in new[] { "li", "wang" })
        {
            await DoneAsync(silo, "catalog", "get", "--out", Of(copy));
        }

        await DoneAsync(silo, "catalog", "apply", Of("li"), "--user", "li");
        var refused = await ZhiceAsync(silo, "catalog", "apply", Of("wang"), "--user", "wang");
        Assert.Equal((1, true), (refused.ExitCode, refused.Errors.Contains("--force overwrites", StringComparison.Ordinal)));

        // What was applied is what the folder was edited from, from then on.
        await DoneAsync(silo, "catalog", "apply", Of("li"), "--user", "li");
        await DoneAsync(silo, "catalog", "apply", Of("wang"), "--user", "wang", "--force");

        File.Delete(Path.Combine(Of("li"), ".etag"));
        var unknown = await ZhiceAsync(silo, "catalog", "apply", Of("li"));
        Assert.Equal((1, true), (unknown.ExitCode, unknown.Errors.Contains("does not say from which version", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_campaign_and_an_audience_are_not_overwritten_unseen_and_an_approval_says_what_was_seen()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        var (mine, yours) = (Path.Combine(folder.Path, "mine.yaml"), Path.Combine(folder.Path, "yours.yaml"));
        const string Text = "campaign_id: spring\ndisplay_name: Spring\naudience: tags.age >= 18\naction_id: deposit\nplacement_ids: [sms_text]\none_off: {}\n";
        await File.WriteAllTextAsync(mine, Text);
        await File.WriteAllTextAsync(yours, Text.Replace("18", "60", StringComparison.Ordinal));

        await DoneAsync(silo, "campaigns", "save", mine, "--user", "li");
        Assert.Contains("--force", (await FailsAsync(silo, "campaigns", "save", yours, "--user", "wang")).Errors, StringComparison.Ordinal);
        await DoneAsync(silo, "campaigns", "save", mine, "--user", "li");
        await DoneAsync(silo, "campaigns", "save", yours, "--user", "wang", "--force");

        var shown = (await DoneAsync(silo, "campaigns", "show", "spring")).Output;
        Assert.Contains("tags.age >= 60", shown, StringComparison.Ordinal);
        Assert.Contains("what is approved", shown, StringComparison.Ordinal);
        Assert.Contains("texts", shown, StringComparison.Ordinal);
        Assert.Contains("rehearsal", shown, StringComparison.Ordinal);
        var etag = shown[(shown.LastIndexOf("--etag ", StringComparison.Ordinal) + "--etag ".Length)..].Trim();
        Assert.Contains(
            "campaigns show", (await ZhiceAsync(silo, "campaigns", "approve", "spring", "--user", "zhang")).Errors,
            StringComparison.Ordinal);
        await FailsAsync(silo, "campaigns", "approve", "spring", "--user", "li", "--etag", etag);
        await DoneAsync(silo, "campaigns", "approve", "spring", "--user", "zhang", "--etag", etag);

        await DoneAsync(silo, "audience", "save", "seniors", "tags.age >= 60", "--user", "li");
        await FailsAsync(silo, "audience", "save", "seniors", "tags.age >= 65", "--user", "wang");
        await DoneAsync(silo, "audience", "save", "seniors", "tags.age >= 65", "--user", "wang", "--force");
    }

    private static async Task<Command.Outcome> DoneAsync(SiloProcess silo, params string[] arguments)
    {
        var outcome = await ZhiceAsync(silo, arguments);
        Assert.True(outcome.ExitCode == 0, $"{string.Join(' ', arguments)}: {outcome.Errors}");
        return outcome;
    }

    private static async Task<Command.Outcome> FailsAsync(SiloProcess silo, params string[] arguments)
    {
        var outcome = await ZhiceAsync(silo, arguments);
        Assert.Equal(1, outcome.ExitCode);
        return outcome;
    }

    private static Task<Command.Outcome> ZhiceAsync(SiloProcess silo, params string[] arguments) =>
        Command.RunAsync("dotnet", [Repository.Cli, .. arguments, "--address", silo.GrpcAddress]);
}
