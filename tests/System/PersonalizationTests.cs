using Zhice.SystemTests.Processes;
using Zhice.TestBank;

namespace Zhice.SystemTests;

/// <summary>What a bank may still know of a customer who refused to be sold to by the profile.</summary>
public sealed class PersonalizationTests
{
    [Fact]
    public async Task Who_refused_personalization_is_warned_sold_nothing_that_a_count_excludes_and_counted_by_purpose()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        var catalog = SmallCatalog.Create();
        var warning = catalog.Actions[1].Clone();
        (warning.ActionId, warning.Purpose, warning.ValueFen) = ("warning", Purpose.Regulatory, 1);
        warning.Applicability.Add(new Rule { RuleId = "logged_in", Expression = "tags.logins >= 1" });
        catalog.Actions[1].Applicability.Add(new Rule { RuleId = "is_quiet", Expression = "tags.logins == 0" });
        catalog.Actions.Add(warning);
        await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, RequestId = "warning" });
        await silo.Customers.UpdateTagsAsync(
            new() { CustomerId = "c1", Changes = { new TagChange { TagId = "age", Set = new Value { IntegerValue = 40 } } } });
        await silo.Events.RecordEventsAsync(new() { Events = { new Event { EventId = "e1", CustomerId = "c1", EventTypeId = "login" } } });
        Assert.Equal(["warning", "fund"], await OfferedAsync());
        Assert.Equal((1, 1), (await CountAsync(Purpose.Unspecified), await CountAsync(Purpose.Service)));

        await silo.Customers.UpdateConsentAsync(new() { CustomerId = "c1", Purpose = Purpose.Personalization, Granted = false });
        Assert.Equal(["warning"], await OfferedAsync());
        Assert.Equal((0, 1), (await CountAsync(Purpose.Unspecified), await CountAsync(Purpose.Service)));

        async Task<IEnumerable<string>> OfferedAsync() =>
            (
                await silo.Recommendations.RecommendAsync(
                    new() { CustomerId = "c1", PlacementId = "app_home" })).Recommendations.Select(static each =>
                    each.ActionId);

        async Task<long> CountAsync(Purpose purpose) =>
            (
                await silo.Audiences.CountAudienceAsync(
                    new() { Audience = new() { Expression = "tags.age >= 18", Purpose = purpose } })).Customers;
    }
}
