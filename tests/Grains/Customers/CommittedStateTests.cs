using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Grains.Customers;

namespace Zhice.Grains.Tests.Customers;

/// <summary>States that one thread publishes and others read.</summary>
public sealed class CommittedStateTests
{
    // Even versions allow personalization, odd ones refuse it.
    private static readonly CustomerState[] States = [State(isAllowed: true), State(isAllowed: false)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_state_is_read_with_its_own_version_and_none_goes_back(bool isBytes)
    {
        const int Last = 200_000;
        var (committed, reads) = (new CommittedState(new()), 0);
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var newest = 0L; newest < Last;)
                {
                    if (committed.TryRead(out var state, out var version))
                    {
                        Assert.InRange(version, newest, Last);
                        Assert.Equal(version % 2 == 0, state.Consents.Allows(channel: 0, Purpose.Personalization));
                        newest = version;
                        Interlocked.Increment(ref reads);
                    }
                }
            },
            TaskCreationOptions.LongRunning)).ToList();
        for (var version = 1; version <= Last; version++)
        {
            committed.Publish(States[version % 2], version, staysUnpacked: !isBytes || version % 7 != 0);
            if (isBytes && version % 5 == 0)
            {
                committed.Pack();
            }
        }

        await Task.WhenAll(readers);
        Assert.NotEqual(0, reads);
    }

    [Fact]
    public void What_is_in_doubt_or_not_kept_is_not_read_until_a_state_is_published()
    {
        var committed = new CommittedState(new());
        Assert.False(committed.TryRead(out _, out _));
        committed.Publish(States[1], 3);
        Assert.True(committed.TryRead(out var state, out var version));
        Assert.Equal((States[1], 3L), (state, version));

        committed.Doubt();
        Assert.False(committed.TryRead(out _, out _));
        committed.Publish(States[0], 4);
        Assert.True(committed.TryRead(out _, out version));
        Assert.Equal(4, version);

        committed.Publish(packed: null, 0);
        Assert.False(committed.TryRead(out _, out _));
        Assert.True(committed.IsKnown);
    }

    [Fact]
    public void What_was_read_from_the_store_stays_packed_until_it_is_asked_for_often()
    {
        var committed = new CommittedState(new());
        var packed = CustomerStateCodec.ToBytes(States[1]);

        committed.Publish(packed, 3);

        Assert.True(committed.TryRead(out var state, out var version, staysUnpacked: false));
        Assert.Equal(3, version);
        Assert.Equal(States[1].Consents.Entries, state.Consents.Entries);
        Assert.Same(packed, committed.ToBytes());
        Assert.NotSame(committed.Look(), committed.Look());
        Assert.Same(committed.Current, committed.Current);
    }

    private static CustomerState State(bool isAllowed)
    {
        var state = new CustomerState();
        state.Consents.Set(0, Purpose.Personalization, isAllowed, atMs: 1);
        return state;
    }
}
