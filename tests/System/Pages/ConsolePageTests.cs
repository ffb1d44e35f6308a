using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Zhice.SystemTests.Pages;

/// <summary>Every page of the console, as people with different roles, languages and needs see it.</summary>
[Collection("console")]
public sealed class ConsolePageTests(ConsoleHost host)
{
    private const string Everything = "operator,agent,analyst,approver,ops,data,audit-admin";

    // A page, and a text of it in Chinese and in English that is there once its data is.
    private static readonly (string Path, string Chinese, string English)[] Pages =
    [
        ("/overview", "决策耗时 p99", "Decision p99"),
        ("/customers", "查找客户", "Find a customer"),
        ("/customers/c002", "频控余量", "What is left of the caps"),
        ("/customers/c002?tab=consents", "当前授权", "Consents that hold"),
        ("/worklist?channel=app", "这个渠道没有等待的任务", "No task waits in this channel"),
        ("/audiences", "还没有保存的客群", "No audience is saved yet"),
        ("/audiences/new", "符合条件的客户", "Customers who match"),
        ("/campaigns/new", "附加条件", "Condition"),
        ("/journeys", "配置目录没有定义旅程", "The catalogue defines no journeys"),
        ("/catalogue", "调节系数", "Lever"),
        ("/catalogue?tab=tags", "全部分类", "All classes"),
        ("/catalogue?tab=policy", "频控上限", "Caps"),
        ("/catalogue?tab=changes", "没有变更请求", "There are no change requests"),
        ("/measurement", "作废", "Void"),
        ("/measurement?tab=health", "开始检查", "Check now"),
        ("/measurement?tab=pressure", "用满上限", "At a limit"),
        ("/measurement?tab=tiers", "没有指定分层标签", "The catalogue names no tag of tiers"),
        ("/behaviour", "行为次数", "Counts"),
        ("/behaviour?tab=funnel", "请选择至少两个步骤", "Choose at least two steps"),
        ("/models", "已学习", "Learned"),
        ("/models?tab=health", "上次学习", "Learned last"),
        ("/models/fund", "权重哈希", "Hash of the weights"),
        ("/deliveries?tab=dead&channel=sms", "没有死信", "There are no dead letters"),
        ("/audit", "操作人", "Who"),
        ("/system", "提交耗时 p99", "Commit p99"),
        ("/system?tab=stops", "没有生效的停发开关", "No stop is in force"),
    ];

    // Other tests of the class may have made some: then the rows are there.
    private static readonly string[] Lists = ["/audiences", "/journeys", "/catalogue?tab=changes", "/deliveries?tab=dead&channel=sms", "/system?tab=stops"];

    [Fact]
    public async Task Each_page_speaks_both_languages_and_has_no_serious_barrier_and_asks_no_other_host()
    {
        var barriers = new List<string>();
        foreach (var language in new[] { "zh", "en" })
        {
            var page = await host.OpenAsync("/overview", "dana", Everything, language);
            foreach (var (path, chinese, english) in Pages)
            {
                await page.GotoAsync($"{host.Silo.HttpAddress}/app{path}");
                var content = page.Locator("#content");
                var text = content.GetByText(language == "zh" ? chinese : english);
                await Expect((Lists.Contains(path) ? text.Or(content.Locator("tbody tr.ant-table-row")) : text).First).ToBeVisibleAsync();

                Assert.Equal(language == "zh" ? "zh-CN" : "en", await page.Locator("html").GetAttributeAsync("lang"));
                if (language == "zh")
                {
                    continue; // Barriers are of the components, whatever the language.
                }

                barriers.AddRange(
                    from found in (await page.RunAxe()).Violations
                    where found.Impact is "serious" or "critical"
                    select $"{path}: {found.Id}: {string.Join("; ", found.Nodes.Select(static node => node.Html))}");
            }

            await page.Context.CloseAsync();
        }

        Assert.Equal([], barriers);
        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task A_person_sees_the_pages_of_their_roles_and_is_told_what_another_page_needs()
    {
        var page = await host.OpenAsync("/", "amy", "agent");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Customers" })).ToBeVisibleAsync();
        var menu = page.GetByRole(AriaRole.Navigation);
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "System" })).ToBeVisibleAsync();
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = "Campaigns" })).ToHaveCountAsync(0);

        await page.GotoAsync($"{host.Silo.HttpAddress}/app/campaigns");
        await Expect(page.GetByText("This needs one of the roles analyst, operator, approver, ops.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Each_role_sees_its_own_pages_and_no_other()
    {
        const string Readers = "overview,campaigns,models,";
        var seen = new Dictionary<string, string>
        {
            ["agent"] = "customers,worklist,journeys,catalogue,system",
            ["analyst"] = Readers + "audiences,journeys,catalogue,measurement,behaviour,system",
            ["operator"] = Readers + "audiences,journeys,catalogue,measurement,behaviour,system",
            ["approver"] = Readers + "audiences,journeys,catalogue,measurement,behaviour,system",
            ["data"] = "journeys,catalogue,system",
            ["ops"] = Readers + "journeys,catalogue,deliveries,system",
            ["system-admin"] = "system",
            ["audit-admin"] = "audit",
        };
        foreach (var (role, pages) in seen)
        {
            var page = await host.OpenAsync("/", role, role);
            var links = page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link);
            await Expect(links).ToHaveCountAsync(pages.Split(',').Length);
            var found = await links.EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href').replace('/app/', ''))");
            Assert.Equal(pages.Split(',').Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
            await Expect(page.Locator("#content h1")).ToBeVisibleAsync();
            await page.Context.CloseAsync();
        }

        Assert.Empty(host.Complaints);
    }

    [Fact]
    public async Task The_keyboard_alone_leads_to_a_customer_and_back()
    {
        var page = await host.OpenAsync("/customers");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Customers" })).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("Skip to the content")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByLabel("Type the id of a customer")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("c002");
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "c002" })).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Customers" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Why_an_action_is_not_offered_is_told_with_the_check_that_failed_and_its_inputs()
    {
        await host.Silo.Customers.UpdateTagsAsync(new()
        {
            CustomerId = "child", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 12 } } },
        });
        var page = await host.OpenAsync("/customers/child?tab=why&placement=app_home");

        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Not eligible" });
        await row.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(page.GetByText("tags.age = 12")).ToBeVisibleAsync();
        await Expect(page.GetByText("tags.age >= 18", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_id_in_the_search_leads_to_what_has_it()
    {
        var page = await host.OpenAsync("/overview", roles: Everything);

        await page.GetByPlaceholder("Paste the id").FillAsync("c004");
        await page.GetByPlaceholder("Paste the id").PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "c004" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_whose_host_is_gone_says_so_and_goes_on_when_one_answers_again()
    {
        var page = await host.OpenAsync("/system");
        await Expect(page.GetByText("In memory")).ToBeVisibleAsync();

        await page.RouteAsync("**/v1/**", static route => route.AbortAsync());
        await Expect(page.GetByText("The host cannot be reached")).ToBeVisibleAsync();
        await Expect(page.GetByText("In memory")).ToBeVisibleAsync();

        await page.UnrouteAllAsync();
        await Expect(page.GetByText("The host cannot be reached")).ToHaveCountAsync(0);
    }
}
