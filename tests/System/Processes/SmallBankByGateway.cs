namespace Zhice.SystemTests.Processes;

/// <summary>A small bank of its own behind a gateway, shared by the tests that leave it as they found it.</summary>
public sealed class SmallBankByGateway : IAsyncLifetime
{
    private readonly SmallBank _bank = new();

    internal GatewayProcess Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _bank.InitializeAsync();
        Gateway = await GatewayProcess.StartAsync(_bank.Silo);
        await Gateway.UntilSmallAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _bank.DisposeAsync();
    }
}

/// <summary>The tests that share the small bank behind a gateway.</summary>
[CollectionDefinition("small bank by gateway")]
public sealed class SmallBankByGatewayTests : ICollectionFixture<SmallBankByGateway>;
