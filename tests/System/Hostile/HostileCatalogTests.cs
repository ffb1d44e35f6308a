using Grpc.Core;
using Zhice.TestBank;
using Zhice.V1;

namespace Zhice.SystemTests.Hostile;

/// <summary>Catalogues that are dear to check.</summary>
[Collection(HostileTests.Name)]
public sealed class HostileCatalogTests(HostileBank bank)
{
    [Fact]
    public Task Catalogues_of_many_names_and_many_that_are_none_are_refused_in_no_time_that_others_notice() => bank.AttackAsync(async silo =>
    {
        var catalog = SmallCatalog.Create();
        catalog.Tags.Add(Enumerable.Range(0, 8_000).Select(static n => new TagDefinition
        {
            TagId = $"{new string('a', 26)}{n:d6}", DisplayName = "Tag", SubclassId = "basics", Type = TagType.Integer,
        }));
        catalog.Actions.Add(Enumerable.Range(0, 400).Select(static n => new V1.Action
        {
            ActionId = $"a{n}", DisplayName = "Action", CategoryId = "wealth", Purpose = Purpose.Marketing,
            Eligibility = { new Rule { RuleId = "r", Expression = $"tags.{new string('b', 32)} > 1" } },
        }));

        var faults = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await Assert.ThrowsAsync<RpcException>(
            async () => await silo.Catalog.ApplyCatalogAsync(new() { Catalog = catalog, ValidateOnly = true }, By.Li))));
        Assert.All(faults, static fault => Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode));
    });
}
