using System.Xml.Linq;
using Xunit;

namespace Zhice.Architecture.Tests;

/// <summary>Which project may reference which. A new arrow is a decision: it is added here, and to docs/architecture.md.</summary>
public sealed class ProjectArrowsTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Zhice.Protocol"] = [],
        ["Zhice.Domain"] = [],
        ["Zhice.BankMarketing"] = ["Zhice.Protocol"],
        ["Zhice.SampleTraffic"] = ["Zhice.BankMarketing", "Zhice.Client"],
        ["Zhice.Catalogs"] = ["Zhice.Domain", "Zhice.Protocol"],
        ["Zhice.Contracts"] = ["Zhice.Catalogs"],
        ["Zhice.Postgres"] = ["Zhice.Domain"],
        ["Zhice.Storage"] = ["Zhice.Domain", "Zhice.Postgres"],
        ["Zhice.Bulk"] = ["Zhice.Domain", "Zhice.Files", "Zhice.Storage"],
        ["Zhice.Files"] = ["Zhice.Domain"],
        ["Zhice.Grains"] = ["Zhice.Bulk", "Zhice.Contracts", "Zhice.Domain"],
        ["Zhice.Api"] = ["Zhice.Contracts"],
        ["Zhice.Hosting"] = ["Zhice.Postgres"],
        ["Zhice.Silo"] = ["Zhice.Api", "Zhice.BankMarketing", "Zhice.Grains", "Zhice.Hosting", "Zhice.Pages", "Zhice.SampleTraffic", "Zhice.Storage"],
        ["Zhice.Gateway"] = ["Zhice.Api", "Zhice.Hosting", "Zhice.Pages"],
        ["Zhice.Pages"] = [],
        ["Zhice.Client"] = ["Zhice.Protocol"],
        ["Zhice.Cli"] = ["Zhice.BankMarketing", "Zhice.Catalogs", "Zhice.Client", "Zhice.Files", "Zhice.SampleTraffic"],
        ["Zhice.SampleGateway"] = ["Zhice.Client"],
    };

    [Fact]
    public void A_project_references_what_it_may_and_nothing_else()
    {
        var found = Sources.Projects.ToDictionary(static file => Path.GetFileNameWithoutExtension(file), static file => XDocument.Load(file).Descendants("ProjectReference")
            .Select(static reference =>
                Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('/', Path.DirectorySeparatorChar)))
            .Order(StringComparer.Ordinal).ToArray());

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(Allowed, allowed => Assert.Equal(allowed.Value, found[allowed.Key]));
    }

    [Fact]
    public void The_client_locks_at_most_ten_packages()
    {
        var locked = File.ReadAllText(Path.Combine(Sources.Root, "client/Zhice.Client/packages.lock.json"));

        Assert.InRange(locked.Split("\"resolved\"").Length - 1, 1, 10);
    }
}
