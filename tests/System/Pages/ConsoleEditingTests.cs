using Google.Protobuf.WellKnownTypes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Zhice.SystemTests.Pages;

/// <summary>What is edited, worked off and analysed in the console.</summary>
[Collection("console")]
public sealed class ConsoleEditingTests(ConsoleHost host)
{
    [Fact]
    public async Task An_action_is_edited_as_text_that_the_host_checks_and_proposed_to_another_person()
    {
        var page = await host.OpenAsync("/catalogue?q=fund");
        await page.Locator("tbody tr").Filter(new() { HasText = "fund" }).GetByRole(AriaRole.Button, new() { Name = "Edit text" }).ClickAsync();
        var drawer = page.GetByRole(AriaRole.Dialog);
        var editor = drawer.GetByLabel("Edit text · fund");
        await Expect(editor).ToContainTextAsync("action_id: fund");
        var text = string.Join('\n', await editor.Locator(".cm-line").AllTextContentsAsync()).TrimEnd();

        await editor.FillAsync($"{text}\n  levver: 2\n");
        await Expect(drawer.GetByText("there is no 'levver' here; did you mean 'lever'?").First).ToBeVisibleAsync();
        await Expect(drawer.GetByRole(AriaRole.Button, new() { Name = "Propose the change" })).ToBeDisabledAsync();

        await editor.FillAsync($"{text}\n  lever: 2\n");
        await Expect(drawer.GetByText("actions[fund].lever")).ToBeVisibleAsync();
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Simulate on a tenth of the customers" }).ClickAsync();
        await Expect(drawer.GetByText("Decided otherwise").First).ToBeVisibleAsync();
        await drawer.GetByLabel("Why").FillAsync("funds first");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Propose the change" }).ClickAsync();
        await Expect(page.GetByText("is proposed")).ToBeVisibleAsync();

        var wang = await host.OpenAsync("/catalogue?tab=changes", "wang", "approver");
        await Expect(wang.GetByText("funds first")).ToBeVisibleAsync();
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task Edits_of_several_parts_are_collected_and_proposed_together()
    {
        var page = await host.OpenAsync("/catalogue?tab=placements");
        await page.GetByRole(AriaRole.Button, new() { Name = "New" }).ClickAsync();
        var drawer = page.GetByRole(AriaRole.Dialog);
        await drawer.GetByLabel("New", new() { Exact = true }).FillAsync("placements:\n  - {placement_id: kiosk, channel_id: app}\n");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Collect it, to propose it with others" }).ClickAsync();
        await Expect(drawer).ToHaveCountAsync(0);
        await Expect(page.GetByText("Collected edits: 1")).ToBeVisibleAsync();

        await page.GotoAsync($"{host.Silo.HttpAddress}/app/catalogue?q=fund");
        await page.Locator("tbody tr").Filter(new() { HasText = "fund" }).GetByRole(AriaRole.Button, new() { Name = "Edit text" }).ClickAsync();
        var editor = drawer.GetByLabel("Edit text · fund");
        await Expect(editor).ToContainTextAsync("action_id: fund");
        var text = string.Join('\n', await editor.Locator(".cm-line").AllTextContentsAsync()).TrimEnd();
        await editor.FillAsync($"{text}\n  lever: 3\n");
        await Expect(drawer.GetByText("actions[fund].lever")).ToBeVisibleAsync();
        await Expect(drawer.GetByText("placements[kiosk]").First).ToBeVisibleAsync();
        await drawer.GetByLabel("Why").FillAsync("a kiosk for funds");
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Propose the change" }).ClickAsync();

        await Expect(page.GetByText("Collected edits: 1")).ToHaveCountAsync(0);
        var changes = (await host.Silo.Catalog.ListCatalogChangesAsync(new() { OpenOnly = true })).Changes;
        Assert.Contains(changes, static change => change.Comment == "a kiosk for funds");
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task A_journey_is_written_with_its_graph_and_played_on_a_copy_of_a_customer()
    {
        await host.Silo.Catalog.ApplyCatalogAsync(await WithJourneyAsync());
        var page = await host.OpenAsync("/journeys/welcome");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var drawer = page.GetByRole(AriaRole.Dialog);
        await Expect(drawer.Locator(".stage-node")).ToHaveCountAsync(2);

        await drawer.GetByRole(AriaRole.Button, new() { Name = "Play", Exact = true }).ClickAsync();
        await Expect(drawer.GetByText("welcome: begun → over (time)")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a picture" }).ClickAsync();
        var picture = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Menuitem, new() { Name = "SVG" }).ClickAsync());
        Assert.Equal("welcome.svg", picture.SuggestedFilename);
        Assert.Contains(">begun</text>", await File.ReadAllTextAsync(await picture.PathAsync()), StringComparison.Ordinal);
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task An_agent_sees_who_was_handed_over_with_what_to_say_and_notes_the_answer()
    {
        await host.Silo.HandOffs.HandOffAsync(new()
        {
            CustomerId = "c010", ActionId = "fund", PlacementId = "sms_text", Owner = "amy", Kind = "call_back", Note = "asked about the rate", RequestId = "p1",
            DueTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + TimeSpan.FromHours(2)),
        });
        var page = await host.OpenAsync("/worklist?channel=sms", "amy", "agent");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "asked about the rate" });
        await Expect(row.GetByText("call back")).ToBeVisibleAsync();
        await Expect(page.GetByText("What to say")).ToBeVisibleAsync();

        await row.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task An_audience_tells_what_each_version_changed()
    {
        foreach (var expression in new[] { "tags.age >= 20", "tags.age >= 33" })
        {
            await host.Silo.Audiences.SaveAudienceAsync(new() { Audience = new() { AudienceId = "history", DisplayName = "History", Expression = expression } });
        }

        var page = await host.OpenAsync("/audiences/history");
        var history = page.Locator(".ant-card").Filter(new() { HasText = "History" }).Last;
        await history.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(history.Locator(".before")).ToHaveTextAsync("tags.age >= 20");
        await Expect(history.Locator(".after")).ToHaveTextAsync("tags.age >= 33");
    }

    private async Task<ApplyCatalogRequest> WithJourneyAsync()
    {
        var catalog = (await host.Silo.Catalog.GetCatalogAsync(new())).Catalog;
        catalog.Journeys.Add(new Journey
        {
            JourneyId = "welcome", Version = 1, DisplayName = "welcome",
            Entry = new() { EventTypeIds = { "login" } },
            Stages =
            {
                new JourneyStage
                {
                    StageId = "begun", DisplayName = "begun",
                    Transitions = { new JourneyTransition { After = Duration.FromTimeSpan(TimeSpan.FromDays(2)), ToStageId = "over" } },
                },
                new JourneyStage { StageId = "over", DisplayName = "over", Final = true },
            },
        });
        return new() { Catalog = catalog };
    }
}
