using Microsoft.Playwright;
using Zhice.SystemTests.Deliveries;
using static Microsoft.Playwright.Assertions;

namespace Zhice.SystemTests.Pages;

/// <summary>The whole path of a campaign through the console, by two persons.</summary>
[Collection("console")]
public sealed class ConsoleCampaignTests(ConsoleHost host)
{
    [Fact]
    public async Task An_audience_is_written_rehearsed_approved_by_another_person_and_contacted()
    {
        var li = await host.OpenAsync("/audiences/new");
        await WriteAudienceAsync(li);
        await MakeCampaignAsync(li);
        await Expect(li.GetByRole(AriaRole.Button, new() { Name = "Approve" })).ToHaveCountAsync(0);

        var wang = await host.OpenAsync("/campaigns/adults_fund", "wang", "approver");
        await wang.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(wang.GetByText("30 customers, the action “fund”")).ToBeVisibleAsync();
        await wang.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await Expect(wang.GetByText("Approved", new() { Exact = true })).ToBeVisibleAsync();

        await li.ReloadAsync();
        await li.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(li.GetByText("Finished", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await li.GetByRole(AriaRole.Tab, new() { Name = "Runs" }).ClickAsync();
        await Expect(li.Locator(".figure").Filter(new() { HasText = "Contacted" })).ToContainTextAsync("30");

        Assert.Equal(30, (await ChannelStream.TakeAsync(host.Silo, 30)).Count);
        await li.GetByRole(AriaRole.Tab, new() { Name = "Deliveries" }).ClickAsync();
        await Expect(li.Locator(".bar").Filter(new() { HasText = "Sent" })).ToContainTextAsync("30");
        await li.GetByRole(AriaRole.Tab, new() { Name = "Value" }).ClickAsync();
        await li.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Expect(li.GetByText("Active (MAU)")).ToBeVisibleAsync();
        Assert.Empty(host.Complaints);
    }

    // The parser of the host completes a tag, says what is wrong, and the count follows.
    private static async Task WriteAudienceAsync(IPage page)
    {
        var editor = page.GetByLabel("Editor of the condition");
        await editor.FillAsync("");
        await editor.PressSequentiallyAsync("tags.ag");
        await page.GetByRole(AriaRole.Option).Filter(new() { HasText = "tags.age" }).First.ClickAsync();
        await Expect(editor).ToHaveTextAsync("tags.age");
        await editor.PressSequentiallyAsync(" >= 30 && tags.agge > 1");
        await Expect(page.Locator(".cm-lintRange-error")).ToHaveTextAsync("agge");

        await editor.FillAsync("tags.age >= 30");
        await Expect(page.GetByTestId("audience-size")).ToHaveTextAsync("30");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Adults");
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("adults");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the audience" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Adults" })).ToBeVisibleAsync();
    }

    private static async Task MakeCampaignAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "New campaign for it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New campaign" })).ToBeVisibleAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("A fund for adults");
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("adults_fund");
        await NextAsync(page);
        await ChooseAsync(page, "Action", "fund");
        await ChooseAsync(page, "Placements", "Text");
        await page.Keyboard.PressAsync("Escape");
        await NextAsync(page);
        await page.GetByLabel("Holdout (%)").FillAsync("0");
        await page.GetByLabel("Send window 1").FillAsync("");
        await page.GetByLabel("Send window 2").FillAsync("");
        await NextAsync(page);
        await NextAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Rehearse", Exact = true }).ClickAsync();
        await Expect(page.GetByTestId("rehearsal").Locator(".figure").Filter(new() { HasText = "Contacted" })).ToContainTextAsync("30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the draft" }).ClickAsync();
        await Expect(page.GetByText("Draft", new() { Exact = true })).ToBeVisibleAsync();
    }

    private static Task NextAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();

    private static async Task ChooseAsync(IPage page, string label, string option)
    {
        await page.GetByLabel(label, new() { Exact = true }).ClickAsync();
        await page.Locator(".ant-select-item-option").Filter(new() { HasText = option }).First.ClickAsync();
    }
}
