using Orleans.Runtime;
using Orleans.Storage;
using Zhice.Contracts.Customers;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Tests.Customers;

/// <summary>Customers whose bytes in the store cannot be read.</summary>
public sealed class DamagedCustomerTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    // Each begins with its length.
    private const int PartsBeforeConsents = 3;

    [Fact]
    public async Task Bytes_of_a_newer_format_and_bytes_that_end_too_early_are_refused_when_the_customer_comes_into_memory()
    {
        var bytes = CustomerStateCodec.ToBytes(new CustomerState());
        await WriteAsync("newer", [99, .. bytes[1..]]);
        await WriteAsync("short", bytes[..^1]);

        await Assert.ThrowsAnyAsync<FormatException>(async () => await grid.Grains.Customer("newer").Find());
        await Assert.ThrowsAnyAsync<FormatException>(async () => await grid.Grains.Customer("short").Find());
        Assert.Null(grid.TryRecommend("newer"));
    }

    [Fact]
    public async Task A_damaged_part_fails_each_call_that_asks_for_it_and_is_never_written_over()
    {
        var state = new CustomerState();
        state.Consents.Set(0, Purpose.Personalization, isGranted: true, atMs: 1);
        var bytes = CustomerStateCodec.ToBytes(state);
        var consents = 1;
        for (var before = 0; before < PartsBeforeConsents; before++)
        {
            consents += 1 + bytes[consents];
        }

        bytes[consents + 1] = 0x7f; // It says that more consents follow than there are bytes.
        await WriteAsync("damaged", bytes);
        var customer = grid.Grains.Customer("damaged");

        await Assert.ThrowsAnyAsync<FormatException>(async () => await customer.Recommend(new("app_home", 3, [], "", 0)));
        Assert.Null(grid.TryRecommend("damaged"));
        await Assert.ThrowsAnyAsync<FormatException>(async () => await customer.UpdateTags(new([], "r1", 1, default)));
        var stored = new GrainState<CustomerStateSurrogate>();
        await grid.Store.ReadStateAsync("state", IdOf("damaged"), stored);
        Assert.Equal(bytes, stored.State.Bytes);
    }

    private static GrainId IdOf(string id) => GrainId.Create("customer", id);

    private Task WriteAsync(string id, byte[] bytes) =>
        grid.Store.WriteStateAsync("state", IdOf(id), new GrainState<CustomerStateSurrogate>(new() { Bytes = bytes }));
}
