using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Erasures;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.Grains.Retention;

namespace Zhice.Grains.Tests.Retention;

/// <summary>Values of tags past their retention, of customers who do not change any more.</summary>
public sealed class TagForgettingTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private static long NowMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private ushort Number => grid.Catalog.TagsById[MemoryGrid.ShortTag].Number;

    [Fact]
    public async Task Nobody_reads_a_value_past_its_retention_and_the_background_removes_it_and_no_other()
    {
        await KeepAsync("silent", TimeSpan.FromDays(2));
        await KeepAsync("recent", TimeSpan.FromHours(1));
        Assert.DoesNotContain("secret 2", await HeldAsync("silent"), StringComparison.Ordinal);
        Assert.Contains("secret 0", await HeldAsync("recent"), StringComparison.Ordinal);

        var forgetting = grid.Services.GetRequiredService<TagForgetting>();
        Assert.Equal((1, true), await forgetting.LookAsync(static _ => true, TestContext.Current.CancellationToken));
        Assert.Equal((0, true), await forgetting.LookAsync(static _ => true, TestContext.Current.CancellationToken));

        Assert.Equal(0, (await ReadAsync("silent")).Tags.Count);
        Assert.Equal(1, (await ReadAsync("recent")).Tags.Count);
    }

    [Fact]
    public async Task A_silo_leaves_the_buckets_of_others_alone()
    {
        await KeepAsync("of another", TimeSpan.FromDays(3));
        var forgetting = grid.Services.GetRequiredService<TagForgetting>();

        Assert.Equal((0, true), await forgetting.LookAsync(static _ => false, TestContext.Current.CancellationToken));

        Assert.Equal(1, (await ReadAsync("of another")).Tags.Count);
        await grid.Grains.Customer("of another").ForgetPast();
        Assert.Equal(0, (await ReadAsync("of another")).Tags.Count);
    }

    private async Task KeepAsync(string id, TimeSpan age)
    {
        var state = new CustomerState();
        state.Tags.Set(Number, new TagValue(TagType.String, 0, $"secret {age.Days}"), NowMs - (long)age.TotalMilliseconds, TagSource.Api);
        await grid.KeepAsync("customer", id, state);
    }

    private async Task<CustomerState> ReadAsync(string id) => (await grid.Grains.Customer(id).Find())!.State;

    private async Task<string> HeldAsync(string id) => string.Join(
        '\n', (await grid.Grains.GetGrain<IHeldDataGrain>("any").Collect(id)).Where(static part => part.Place == "state.Tags")
            .SelectMany(static part => part.Entries));
}
