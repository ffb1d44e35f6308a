using Microsoft.Playwright;
using Zhice.SystemTests.Processes;
using static Microsoft.Playwright.Assertions;

namespace Zhice.SystemTests.Pages;

/// <summary>A page behind a balancer, whose silo dies.</summary>
[Collection("console")]
public sealed class ConsoleFailoverTests(ConsoleHost host)
{
    [Fact]
    public async Task A_page_whose_silo_is_killed_shows_its_figures_and_goes_on_through_another()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(2, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await using var balancer = new Balancer(cluster[0].HttpAddress, cluster[1].HttpAddress);
        var context = await host.Browser.NewContextAsync();
        await context.AddInitScriptAsync("localStorage.setItem('zhice.language', 'en')");
        var page = await context.NewPageAsync();
        await page.GotoAsync($"{balancer.Address}/app/system");
        await Expect(page.GetByText("In memory")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "Active", Exact = true })).ToHaveCountAsync(2);

        await cluster.KillAsync(0);

        // The page goes on by itself: figures stay, and come from the other silo as soon as it knows that the first one is dead.
        await Expect(page.GetByText("In memory")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "Dead", Exact = true })).ToHaveCountAsync(1, new() { Timeout = 90_000 });
        await Expect(page.GetByText("The host cannot be reached")).ToHaveCountAsync(0);

        // And so does what is opened now, all of which comes from the other silo.
        await page.GotoAsync($"{balancer.Address}/app/catalogue");
        await Expect(page.GetByText("Lever").First).ToBeVisibleAsync();
        await context.CloseAsync();
    }
}
