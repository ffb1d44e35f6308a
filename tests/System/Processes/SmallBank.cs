namespace Zhice.SystemTests.Processes;

/// <summary>One silo with the small catalogue, shared by the tests that leave it as they found it.</summary>
public sealed class SmallBank : IAsyncLifetime
{
    private readonly DataFolder _folder = new();

    internal SiloProcess Silo { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Silo = await SiloProcess.StartSmallAsync(_folder.Path, "--Zhice:Dashboard=true");

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>The tests that share the small bank.</summary>
[CollectionDefinition("small bank")]
public sealed class SmallBankTests : ICollectionFixture<SmallBank>;
