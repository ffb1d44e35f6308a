using Google.Rpc;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>A catalogue that says so is changed by two persons only: one proposes, another sees and approves.</summary>
public sealed class ChangeRequestTests
{
    [Fact]
    public async Task A_catalogue_that_requires_approval_is_changed_by_no_other_door()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = Guarded(), RequestId = "guard" });
        var before = (await silo.Catalog.GetCatalogAsync(new())).Version;

        await FailsAsync(
            "APPROVAL_REQUIRED", async () => await silo.Catalog.ApplyCatalogAsync(new() { Catalog = TestBank.SmallCatalog.Create() }));
        await FailsAsync("APPROVAL_REQUIRED", async () => await silo.Catalog.RollbackCatalogAsync(new() { Version = 1 }));
        await FailsAsync("APPROVAL_REQUIRED", async () => await silo.Journeys.ApplyJourneyAsync(new()
        {
            Journey = new() { JourneyId = "loan", Version = 1, Stages = { new JourneyStage { StageId = "begun" } } },
        }));
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = TestBank.SmallCatalog.Create(), ValidateOnly = true });
        Assert.Equal(before, (await silo.Catalog.GetCatalogAsync(new())).Version);
    }

    [Fact, Trait("Category", "Quick")]
    public async Task A_change_is_seen_and_approved_by_another_person_and_comes_into_force_with_both_names()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = Guarded(), RequestId = "guard" });
        var campaign = new Campaign { CampaignId = "spring", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() };
        await silo.Campaigns.SaveCampaignAsync(new() { Campaign = campaign }, By.Li);

        var wanted = Guarded();
        wanted.Actions.Single(static action => action.ActionId == "deposit").ValueFen = 77_000;
        ProposeCatalogChangeRequest proposal = new() { Catalog = wanted, Comment = "new value", RequestId = "p1" };
        var change = (await silo.Catalog.ProposeCatalogChangeAsync(proposal, By.Li)).Change;
        Assert.Equal(change, (await silo.Catalog.ProposeCatalogChangeAsync(proposal, By.Li)).Change);
        await FailsAsync(
            "CATALOG_FAULTY",
            async () => await silo.Catalog.ProposeCatalogChangeAsync(new() { Catalog = Faulty(), Comment = "no" }, By.Li));

        var shown = await silo.Catalog.GetCatalogChangeAsync(new() { ChangeId = change.ChangeId });
        Assert.Equal(
            ("actions[deposit].value_fen", "50000", "77000"),
            (Assert.Single(shown.Differences).Path, shown.Differences[0].Before, shown.Differences[0].After));
        Assert.Contains("campaign 'spring' (draft) uses actions[deposit]", Assert.Single(shown.Warnings), StringComparison.Ordinal);

        // A second author: now neither may approve, and what was shown before is void.
        wanted.Actions.Single(static action => action.ActionId == "deposit").ValueFen = 78_000;
        var second = (await silo.Catalog.ProposeCatalogChangeAsync(
            new() { Catalog = wanted, Comment = "better", ChangeId = change.ChangeId, Etag = change.Etag }, By.Wang)).Change;
        await FailsAsync(
            "STALE_ETAG",
            async () =>
                await silo.Catalog.ApproveCatalogChangeAsync(new() { ChangeId = change.ChangeId, Etag = change.Etag }, By.Person("zhang")));
        await FailsAsync(
            "OWN_APPROVAL",
            async () =>
                await silo.Catalog.ApproveCatalogChangeAsync(new() { ChangeId = change.ChangeId, Etag = second.Etag }, By.Person("Li")));
        await FailsAsync(
            "OWN_APPROVAL",
            async () => await silo.Catalog.ApproveCatalogChangeAsync(new() { ChangeId = change.ChangeId, Etag = second.Etag }, By.Wang));
        await FailsAsync(
            "CHANGE_STATE",
            async () =>
                await silo.Catalog.WithdrawCatalogChangeAsync(
                    new() { ChangeId = change.ChangeId, Etag = second.Etag }, By.Person("zhang")));

        var approved = await silo.Catalog.ApproveCatalogChangeAsync(
            new() { ChangeId = change.ChangeId, Etag = second.Etag, Comment = "seen" }, By.Person("zhang"));
        Assert.Equal(
            (ChangeState.Applied, "li, wang", "zhang", change.ChangeId),
            (approved.Change.State, approved.Version.Author, approved.Version.Approver, approved.Version.ChangeId));
        Assert.Equal(
            78_000,
            (await silo.Catalog.GetCatalogAsync(new())).Catalog.Actions.Single(static action => action.ActionId == "deposit").ValueFen);
        Assert.Equal(["zhang", "wang", "li"], approved.Change.Log.Select(static entry => entry.Actor));
        await FailsAsync(
            "CHANGE_STATE",
            async () =>
                await silo.Catalog.ApproveCatalogChangeAsync(new() { ChangeId = change.ChangeId, Etag = second.Etag }, By.Person("zhang")));
    }

    [Fact]
    public async Task A_change_of_an_earlier_version_is_made_again_against_the_one_in_force_and_change_requests_outlive_the_silo()
    {
        using var folder = new DataFolder();
        ChangeRequest late;
        await using (var silo = await SiloProcess.StartSmallAsync(folder.Path))
        {
            await silo.Catalog.ApplyCatalogAsync(new() { Catalog = Guarded(), RequestId = "guard" });
            var first =
                (await silo.Catalog.ProposeCatalogChangeAsync(new() { Catalog = WithValue(60_000), Comment = "first" }, By.Li)).Change;
            late = (await silo.Catalog.ProposeCatalogChangeAsync(new() { Catalog = WithValue(70_000), Comment = "late" }, By.Wang)).Change;
            await silo.Catalog.ApproveCatalogChangeAsync(new() { ChangeId = first.ChangeId, Etag = first.Etag }, By.Person("zhang"));
        }

        await using var again = await SiloProcess.StartAsync(folder.Path, "--Zhice:Sample=false");
        await FailsAsync(
            "STALE_ETAG",
            async () =>
                await again.Catalog.ApproveCatalogChangeAsync(new() { ChangeId = late.ChangeId, Etag = late.Etag }, By.Person("zhang")));
        Assert.True(Assert.Single((await again.Catalog.ListCatalogChangesAsync(new() { OpenOnly = true })).Changes).NeedsRebase);

        var rebased = (await again.Catalog.ProposeCatalogChangeAsync(
            new() { Catalog = WithValue(70_000), Comment = "late", ChangeId = late.ChangeId, Etag = late.Etag }, By.Wang)).Change;
        var shown = await again.Catalog.GetCatalogChangeAsync(new() { ChangeId = late.ChangeId });
        Assert.Equal("60000", Assert.Single(shown.Differences).Before);
        await again.Catalog.RejectCatalogChangeAsync(
            new() { ChangeId = late.ChangeId, Etag = rebased.Etag, Comment = "too much" }, By.Person("zhang"));

        // Back to an earlier version, and without approval from then on: that needs one too.
        var back = (await again.Catalog.ProposeCatalogChangeAsync(new() { RollbackTo = 1, Comment = "back" }, By.Li)).Change;
        Assert.Contains(
            (await again.Catalog.GetCatalogChangeAsync(new() { ChangeId = back.ChangeId })).Warnings,
            static warning => warning.Contains("without another person", StringComparison.Ordinal));
        await again.Catalog.ApproveCatalogChangeAsync(new() { ChangeId = back.ChangeId, Etag = back.Etag }, By.Person("zhang"));
        await again.Catalog.ApplyCatalogAsync(new() { Catalog = TestBank.SmallCatalog.Create() });
    }

    private static Catalog Guarded()
    {
        var catalog = TestBank.SmallCatalog.Create();
        catalog.RequireApproval = true;
        return catalog;
    }

    private static Catalog WithValue(long fen)
    {
        var catalog = Guarded();
        catalog.Actions.Single(static action => action.ActionId == "deposit").ValueFen = fen;
        return catalog;
    }

    private static Catalog Faulty()
    {
        var catalog = Guarded();
        catalog.Actions[0].CategoryId = "welth";
        return catalog;
    }

    private static async Task FailsAsync(string reason, Func<Task> call)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(reason, fault.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
    }
}
