using Zhice.Contracts.Audiences;
using Zhice.Domain.Faults;

namespace Zhice.Grains.Tests.Audiences;

/// <summary>The saved audiences.</summary>
public sealed class AudienceBookTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    [Fact]
    public async Task There_are_so_many_at_most_and_one_that_is_deleted_makes_room()
    {
        var book = grid.Grains.GetGrain<ISavedAudiencesGrain>("bounded");
        for (var i = 0; i < ISavedAudiencesGrain.MaxAudiences; i++)
        {
            await book.Save(Audience($"a{i}"), "");
        }

        await Assert.ThrowsAsync<TooManyAudiencesException>(async () => await book.Save(Audience("one_more"), ""));
        Assert.Equal(2, (await book.Save(Audience("a7"), ""))!.Version);

        Assert.False(await book.Delete("a7", "other"));
        Assert.True(await book.Delete("a7", ""));
        Assert.Null(await book.Delete("a7", ""));
        Assert.Null(await book.Find("a7"));
        await book.Save(Audience("one_more"), "");
        await book.Delete("a8", "");

        // What knew the second version does not take the next for it.
        Assert.Equal(3, (await book.Save(Audience("a7"), "new"))!.Version);
    }

    private static SavedAudience Audience(string id) =>
        new() { Id = id, DisplayName = id, Expression = "true", Author = "li", SavedAtMs = 1 };
}
