using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Audiences;
using Zhice.Grains.Audiences;

namespace Zhice.Grains.Tests.Audiences;

/// <summary>What becomes of uploaded lists that no audience names.</summary>
public sealed class ListForgettingTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact]
    public async Task Lists_that_were_replaced_or_never_saved_are_forgotten_after_a_week_and_those_that_are_named_stay()
    {
        await UploadAsync("invited/1", isSaved: true);
        await UploadAsync("invited/2", isSaved: true);
        await UploadAsync("invited/3", isSaved: false);
        await UploadAsync("other/1", isSaved: true);
        var forgetting = grid.Services.GetRequiredService<ListForgetting>();

        await forgetting.ForgetAsync(DateTimeOffset.UtcNow.AddDays(6));
        Assert.Equal(["a b", "a b", "a b", "a b"], await ListedAsync());

        await forgetting.ForgetAsync(DateTimeOffset.UtcNow.AddDays(8));
        Assert.Equal(["", "a b", "", "a b"], await ListedAsync());
        Assert.Empty(await Book.Unnamed(long.MaxValue));
        Assert.Equal("invited/2", (await Book.Find("invited"))!.List);
    }

    private ISavedAudiencesGrain Book => grid.Grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key);

    // As an upload does it, or one that breaks off before its end.
    private async Task UploadAsync(string list, bool isSaved)
    {
        await Book.Begin(list);
        await Part(list, 7).Add(["a"]);
        await Part(list, 1023).Add(["b"]);
        if (isSaved)
        {
            var id = list[..list.IndexOf('/', StringComparison.Ordinal)];
            await Book.Save(
                new() { Id = id, DisplayName = id, Expression = "", Author = "li", SavedAtMs = 1, List = list, Listed = 2 }, "");
        }
    }

    private async Task<string[]> ListedAsync()
    {
        var listed = new List<string>();
        foreach (var list in new[] { "invited/1", "invited/2", "invited/3", "other/1" })
        {
            listed.Add(string.Join(' ', [.. await Part(list, 7).All(), .. await Part(list, 1023).All()]));
        }

        return [.. listed];
    }

    private IAudienceListGrain Part(string list, int bucket) => grid.Grains.GetGrain<IAudienceListGrain>($"{list}/{bucket}");
}
