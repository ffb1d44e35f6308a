using System.Text.Json;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>A client in another language, over a stack that is not ours.</summary>
public abstract class NodeClientTests
{
    private readonly ServiceProcess _api;

    private protected NodeClientTests(ServiceProcess service) => _api = service;

    [Fact]
    public async Task A_node_program_recommends_and_streams_events()
    {
        var outcome = await Command.RunAsync(
            "node", Path.Combine(Repository.Root, "tests/System/node/client.mjs"), $"127.0.0.1:{_api.GrpcPort}", "node-客户", "300");

        Assert.True(outcome.ExitCode == 0, outcome.Errors);
        var told = JsonSerializer.Deserialize<JsonElement>(outcome.Output);
        Assert.Equal("deposit", told.GetProperty("actions")[0].GetString());
        Assert.Equal(301, told.GetProperty("recorded").GetInt32());
        var ids = told.GetProperty("eventIds").EnumerateArray().Select(id => id.GetString()).ToList();
        Assert.Equal([.. Enumerable.Range(0, 300).Select(i => $"node-{i}"), "node-seen"], ids);

        var customer = (await _api.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = "node-客户" })).Customer;
        Assert.Equal(300, customer.Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue);
        Assert.Equal(1, Assert.Single(customer.ContactCounters).Used);
    }
}

/// <summary>The same asked of a silo.</summary>
[Collection("small bank")]
public sealed class NodeClientOfSiloTests(SmallBank bank) : NodeClientTests(bank.Silo);

/// <summary>The same asked of a gateway.</summary>
[Collection("small bank by gateway")]
public sealed class NodeClientOfGatewayTests(SmallBankByGateway bank) : NodeClientTests(bank.Gateway);
