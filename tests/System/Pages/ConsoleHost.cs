using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Playwright;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Pages;

/// <summary>A silo with a few customers, and a browser: Debian's Chromium. Both are shared by the tests of the console.</summary>
public sealed class ConsoleHost : IAsyncLifetime
{
    /// <summary>How many customers there are: c001, c002 and so on, of whom every second one is 40 years old, and the others 20.</summary>
    public const int Customers = 60;

    private const string Chromium = "/usr/bin/chromium";

    // A page reads some figures again every 15 seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DataFolder _folder = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private IPlaywright? _playwright;

    internal SiloProcess Silo { get; private set; } = null!;

    internal IBrowser Browser { get; private set; } = null!;

    /// <summary>What went wrong in any page: faults of scripts, and requests that left the host.</summary>
    internal IEnumerable<string> Complaints => _complaints;

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Chromium))
        {
            throw new InvalidOperationException($"The tests of the console need {Chromium}: apt-get install chromium fonts-noto-cjk.");
        }

        Assertions.SetDefaultExpectTimeout((float)Patience.TotalMilliseconds);
        var starting = SiloProcess.StartSmallAsync(_folder.Path, "--Zhice:Store=memory");
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        });
        Silo = await starting;
        await Silo.UntilSmallAsync();
        for (var i = 1; i <= Customers; i++)
        {
            await Silo.Customers.UpdateTagsAsync(new()
            {
                CustomerId = string.Create(CultureInfo.InvariantCulture, $"c{i:000}"),
                Changes =
                {
                    new TagChange { TagId = "age", Set = new Value { IntegerValue = i % 2 == 0 ? 40 : 20 } },
                    new TagChange { TagId = "job", Set = new Value { StringValue = i % 3 == 0 ? "retired" : "student" } },
                },
            });
        }
    }

    /// <summary>A browser of a person of their own, at a page of the console.</summary>
    /// <param name="path">The page, such as <c>/campaigns</c>.</param>
    /// <param name="name">The person.</param>
    /// <param name="roles">The person's roles, with commas between them.</param>
    /// <param name="language">The language: en or zh.</param>
    internal async Task<IPage> OpenAsync(string path, string name = "li", string roles = "operator,agent", string language = "en")
    {
        var context = await Browser.NewContextAsync(new() { ViewportSize = new() { Width = 1366, Height = 900 } });
        var list = string.Join(',', roles.Split(',').Select(static role => $"\"{role}\""));
        await context.AddInitScriptAsync($$"""
            localStorage.setItem('zhice.language', '{{language}}');
            localStorage.setItem('zhice.theme', 'light');
            sessionStorage.setItem('zhice.persona', JSON.stringify({ name: '{{name}}', roles: [{{list}}] }));
            """);
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        page.PageError += (_, fault) => _complaints.Enqueue($"{path}: {fault}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Silo.HttpAddress, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal)
                && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
            {
                _complaints.Enqueue($"{path}: asked {request.Url}");
            }
        };
        await page.GotoAsync($"{Silo.HttpAddress}/app{path}");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
        if (Silo is not null)
        {
            await Silo.DisposeAsync();
        }

        _folder.Dispose();
    }
}

/// <summary>The tests that share it.</summary>
[CollectionDefinition("console")]
public sealed class ConsoleTests : ICollectionFixture<ConsoleHost>;
