using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Zhice.SystemTests.Pages;

/// <summary>The console in the hands of people who are in a hurry, click twice, go back, and whose session ends.</summary>
[Collection("console")]
public sealed class ConsoleCareTests(ConsoleHost host)
{
    private const string SignedOut = """
        {"code":16,"message":"The session has ended.","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"CREDENTIALS_EXPIRED","domain":"zhice.v1"}]}
        """;

    [Fact]
    public async Task What_was_typed_is_there_after_the_way_back_and_after_a_session_that_ended()
    {
        var page = await host.OpenAsync("/campaigns/new");
        var (name, id) = (page.GetByLabel("Name", new() { Exact = true }), page.GetByLabel("Id", new() { Exact = true }));
        await name.FillAsync("Kept");
        await id.FillAsync("kept");
        await page.GetByLabel("Editor of the condition").FillAsync("tags.age >= 30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await Expect(page.GetByLabel("Action", new() { Exact = true })).ToBeVisibleAsync();

        await page.GoBackAsync();
        await Expect(name).ToHaveValueAsync("Kept");

        // A sign-in leaves the page, and comes back to it.
        await page.GotoAsync($"{host.Silo.HttpAddress}/app/system");
        await page.GotoAsync($"{host.Silo.HttpAddress}/app/campaigns/new");
        await Expect(page.GetByText("What was not saved is back")).ToBeVisibleAsync();
        await Expect(id).ToHaveValueAsync("kept");
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard it" }).ClickAsync();
        await Expect(name).ToHaveValueAsync("");

        await page.GotoAsync($"{host.Silo.HttpAddress}/app/audiences/new?expression=tags.age%20%3E%3D%2035");
        await name.FillAsync("Late");
        await id.FillAsync("late");
        await page.RouteAsync("**/v1/audiences**", static route => route.Request.Method == "GET"
            ? route.ContinueAsync() : route.FulfillAsync(new() { Status = 401, ContentType = "application/json", Body = SignedOut }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the audience" }).ClickAsync();
        await Expect(page.GetByText("The session has ended: sign in again")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task A_double_click_saves_once_and_a_long_name_stays_in_its_place()
    {
        var page = await host.OpenAsync("/audiences/new?expression=true");
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("twice");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(new string('长', 300));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the audience" }).ClickAsync();
        await Expect(page.Locator(".ant-form-item-explain-error")).ToBeVisibleAsync();

        var longest = new string('长', 40);
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(longest);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the audience" }).DblClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = longest })).ToBeVisibleAsync();

        Assert.Single((await host.Silo.Audiences.ListAudienceVersionsAsync(new() { AudienceId = "twice" })).Versions);
        await page.SetViewportSizeAsync(820, 1100);
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task A_wrong_address_leads_to_a_page_that_says_so_or_shows_what_it_can()
    {
        var page = await host.OpenAsync("/overview", roles: "operator,agent,analyst,approver,ops,audit-admin");
        foreach (var path in new[]
        {
            "/customers/none", "/campaigns/none", "/campaigns/none/edit", "/campaigns/new?step=review", "/audiences/none", "/journeys/none",
            "/models/none", "/nowhere",
        })
        {
            await page.GotoAsync($"{host.Silo.HttpAddress}/app{path}");
            await Expect(page.Locator("#content .ant-result, #content .ant-empty, #content h1").First).ToBeVisibleAsync();
        }

        foreach (var path in new[]
        {
            "/catalogue?tab=changes&change=abc", "/catalogue?tab=none", "/measurement?days=abc", "/behaviour?tab=funnel&within=x&days=-1",
            "/campaigns?state=NONE", "/system?tab=none", "/customers/c002?tab=none", "/deliveries?tab=none",
        })
        {
            await page.GotoAsync($"{host.Silo.HttpAddress}/app{path}");
            await Expect(page.Locator("#content h1")).ToBeVisibleAsync();
            await Expect(page.Locator("#content .ant-tabs-tab-active, #content .ant-segmented-item-selected").First).ToBeVisibleAsync();
        }

        Assert.Empty(host.Complaints);
    }
}
