using Xunit;

namespace Zhice.Storage.Tests.States;

/// <summary>What a back end must do besides, whose states are there after the process.</summary>
public abstract class DurableStateStoreContract : StateStoreContract
{
    [Fact]
    public async Task States_outlive_the_process()
    {
        var written = await PutAsync("a", 0, "one");
        await ReopenAsync();
        Assert.Equal(
            new { written.Version, Text = "one" },
            new { (await Store.ReadAsync(Keys.Customer("a")))!.Value.Version, Text = (await Store.ReadAsync(Keys.Customer("a"))).Text() });
    }
}
