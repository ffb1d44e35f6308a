using System.Text;
using Xunit;
using Zhice.Storage.Backends;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.States;

/// <summary>What every back end must do.</summary>
public abstract partial class StateStoreContract : IAsyncLifetime
{
    private IBackend? _store;

    private protected IBackend Store => _store!;

    public async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync() => await Store.DisposeAsync();

    /// <summary>Opens the store; the same one again, if it was open before.</summary>
    private protected abstract Task<IBackend> OpenAsync();

    private protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        _store = await OpenAsync();
    }

    private protected async Task<WriteOutcome> WriteAsync(StateWrite write) => (await Store.WriteAsync([write]))[0];

    private protected Task<WriteOutcome> PutAsync(string id, long expected, string text) =>
        WriteAsync(StateWrite.Create(Keys.Customer(id), expected, Keys.Bytes(text)));

    private protected Task<WriteOutcome> ClearAsync(string id, long expected) =>
        WriteAsync(StateWrite.Clearing(Keys.Customer(id), expected));

    [Fact]
    public async Task A_state_that_was_never_written_is_not_there() => Assert.Null(await Store.ReadAsync(Keys.Customer("nobody")));

    [Fact]
    public async Task What_was_written_is_read_back_with_the_version_that_the_write_was_given()
    {
        var written = await PutAsync("a", 0, "one");
        var found = await Store.ReadAsync(Keys.Customer("a"));
        Assert.True(written.IsWritten);
        Assert.Equal(written.Version, found!.Value.Version);
        Assert.Equal("one", found.Text());
    }

    [Fact]
    public async Task Each_write_raises_the_version()
    {
        var first = await PutAsync("a", 0, "one");
        var second = await PutAsync("a", first.Version, "two");
        Assert.True(second.Version > first.Version);
        Assert.Equal("two", (await Store.ReadAsync(Keys.Customer("a"))).Text());
    }

    [Fact]
    public async Task A_stale_write_is_refused_and_the_others_of_its_batch_are_kept()
    {
        var old = await PutAsync("b", 0, "old");
        var current = await PutAsync("b", old.Version, "current");
        var outcomes = await Store.WriteAsync(
        [
            StateWrite.Create(Keys.Customer("a"), 0, Keys.Bytes("a")),
            StateWrite.Create(Keys.Customer("b"), old.Version, Keys.Bytes("stale")),
            StateWrite.Create(Keys.Customer("c"), 0, Keys.Bytes("c")),
        ]);
        Assert.Equal([true, false, true], outcomes.Select(static outcome => outcome.IsWritten));
        Assert.Equal(current.Version, outcomes[1].Version);
        Assert.Equal("current", (await Store.ReadAsync(Keys.Customer("b"))).Text());
        Assert.Equal("c", (await Store.ReadAsync(Keys.Customer("c"))).Text());
    }

    [Fact]
    public async Task A_first_write_is_refused_when_the_state_is_there_already()
    {
        var first = await PutAsync("a", 0, "one");
        Assert.Equal(WriteOutcome.Stale(first.Version), await PutAsync("a", 0, "other"));
    }

    [Fact]
    public async Task A_write_of_a_version_is_refused_when_there_is_no_state() =>
        Assert.Equal(WriteOutcome.Stale(0), await PutAsync("a", 7, "one"));

    [Fact]
    public async Task A_cleared_state_is_not_there()
    {
        var written = await PutAsync("a", 0, "one");
        Assert.Equal(WriteOutcome.Written(0), await ClearAsync("a", written.Version));
        Assert.Null(await Store.ReadAsync(Keys.Customer("a")));
    }

    [Fact]
    public async Task A_stale_clear_is_refused()
    {
        var first = await PutAsync("a", 0, "one");
        var second = await PutAsync("a", first.Version, "two");
        Assert.Equal(WriteOutcome.Stale(second.Version), await ClearAsync("a", first.Version));
        Assert.Equal(WriteOutcome.Stale(second.Version), await ClearAsync("a", 0));
        Assert.Equal("two", (await Store.ReadAsync(Keys.Customer("a"))).Text());
    }

    [Fact]
    public async Task Clearing_what_is_not_there_succeeds() => Assert.True((await ClearAsync("a", 0)).IsWritten);

    [Fact]
    public async Task A_writer_from_before_a_clear_is_refused_after_the_state_is_made_anew()
    {
        var before = await PutAsync("a", 0, "before");
        await ClearAsync("a", before.Version);
        await ReopenAsync();
        var anew = await PutAsync("a", 0, "anew");
        Assert.Equal(WriteOutcome.Stale(anew.Version), await PutAsync("a", before.Version, "from before"));
    }

    [Fact]
    public async Task The_same_write_again_is_known_by_its_write_id_and_kept_once()
    {
        var insert = StateWrite.Create(Keys.Customer("a"), 0, Keys.Bytes("one"));
        var first = await WriteAsync(insert);
        Assert.Equal(first, await WriteAsync(insert));

        var update = StateWrite.Create(Keys.Customer("a"), first.Version, Keys.Bytes("two"));
        var second = await WriteAsync(update);
        Assert.Equal(second, await WriteAsync(update));

        var clear = StateWrite.Clearing(Keys.Customer("a"), second.Version);
        Assert.Equal(await WriteAsync(clear), await WriteAsync(clear));
    }

    [Fact]
    public async Task The_same_write_again_is_stale_once_another_has_followed()
    {
        var lost = StateWrite.Create(Keys.Customer("a"), 0, Keys.Bytes("one"));
        var first = await WriteAsync(lost);
        var second = await PutAsync("a", first.Version, "two");
        Assert.Equal(WriteOutcome.Stale(second.Version), await WriteAsync(lost));
    }

    private static readonly string[] Odd =
    [
        "020235", "20235", "0020235", "00000000000000000000000000000001", "1", "-1", "1e3", "0x1", "d41d8cd98f00b204e9800998ecf8427e",
        "D41D8CD98F00B204E9800998ECF8427E", "a+b", "a b", "a/b", "a%2Fb", "a'b", "a\"b;--", "", " ", "客户甲", "é", "e\u0301", "a\0b", "a",
        "A", new string('x', 64), string.Concat(Enumerable.Repeat("客", 21)) + "x",
    ];

    public static TheoryData<string> OddKeys => [.. Odd];

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task An_odd_key_is_kept_as_it_is_beside_all_others(string id)
    {
        foreach (var other in Odd)
        {
            Assert.True((await PutAsync(other, 0, "of " + other)).IsWritten);
        }

        await ReopenAsync();
        Assert.Equal("of " + id, (await Store.ReadAsync(Keys.Customer(id))).Text());
        Assert.Equal(Odd.Length, await Store.CountAsync("customer"));
    }

    [Fact]
    public async Task A_key_that_is_no_text_is_kept_as_its_bytes()
    {
        StateKey one = new("customer", "state", [0xff, 0x00, 0xfe]), other = new("customer", "state", [0xff, 0x00, 0xfd]);
        await Store.WriteAsync([StateWrite.Create(one, 0, [1])]);
        Assert.Null(await Store.ReadAsync(other));
        Assert.Equal([1], (await Store.ReadAsync(one))!.Value.Payload);
    }

    [Fact]
    public async Task Grain_types_and_state_names_keep_their_states_apart()
    {
        StateKey[] keys = [new("customer", "state", [1]), new("customer", "more", [1]), new("catalog", "state", [1])];
        await Store.WriteAsync([.. keys.Select(static (key, i) => StateWrite.Create(key, 0, [(byte)i]))]);
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal([(byte)i], (await Store.ReadAsync(keys[i]))!.Value.Payload);
        }

        Assert.Equal(1, await Store.CountAsync("customer"));
        Assert.Equal(1, await Store.CountAsync("catalog"));
        Assert.Equal(0, await Store.CountAsync("nothing"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5_000)]
    [InlineData(3_000_000)]
    public async Task A_state_of_any_size_comes_back_whole(int size)
    {
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        await WriteAsync(StateWrite.Create(Keys.Customer("a"), 0, payload));
        Assert.Equal(payload, (await Store.ReadAsync(Keys.Customer("a")))!.Value.Payload);
    }

    [Fact]
    public async Task Readers_and_a_writer_go_on_side_by_side()
    {
        var version = (await PutAsync("a", 0, "0")).Version;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var last = 0;
            while (!done.IsCancellationRequested)
            {
                var found = int.Parse((await Store.ReadAsync(Keys.Customer("a"))).Text());
                Assert.True(found >= last, "a read went back in time");
                last = found;
            }
        })).ToArray();
        for (var i = 1; i <= 100; i++)
        {
            version = (await PutAsync("a", version, i.ToString())).Version;
            Assert.Equal(i.ToString(), Encoding.UTF8.GetString((await Store.ReadAsync(Keys.Customer("a")))!.Value.Payload));
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
    }
}
