using Grpc.Net.Client;
using Zhice.SystemTests.Processes;
using Zhice.V1;

namespace Zhice.SystemTests.Hostile;

/// <summary>
/// One silo under attack, shared by all attacks: whatever is sent, it lives, a caller beside is served, and each attack lets the
/// memory of the process grow by at most 450 MiB.
/// </summary>
public class HostileBank : IAsyncLifetime
{
    // Most of it is the collector's: 40 million streams in 40 s make a silo grow as 5 million in 5 s do, by 175 to 305 MiB, depending on
    // the machine and on the attacks before. What an attack would keep is far more: 100 bytes of each stream alone are 450 MiB.
    private const long MaxGrowth = 450L << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly DataFolder _folder = new();
    private readonly EndlessReceiver _receiver = new();

    internal SiloProcess Silo { get; private set; } = null!;

    internal string Folder => _folder.Path;

    public async ValueTask InitializeAsync()
    {
        Silo = await SiloProcess.StartSmallAsync(_folder.Path, Settings);
        await SettleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Silo.DisposeAsync();
        _receiver.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Attacks while a caller of its own connection asks for recommendations, none of which may fail.</summary>
    internal async Task AttackAsync(Func<SiloProcess, Task> attack)
    {
        using var end = new CancellationTokenSource();
        var before = Silo.ResidentBytes;
        var (caller, watch) = (CallAsync(end.Token), WatchAsync(end.Token));
        try
        {
            await attack(Silo);
        }
        finally
        {
            await end.CancelAsync();
        }

        Assert.NotEqual(0, await caller);
        var growth = await watch - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"The silo grew by {growth >> 20} MiB, from {before >> 20}");
        Assert.InRange(growth, long.MinValue, MaxGrowth);
        Assert.True(Silo.IsAlive);
    }

    /// <summary>kill -9, and a start on the same data.</summary>
    internal async Task KillAndStartAsync()
    {
        await Silo.KillAsync();
        await Silo.DisposeAsync();
        Silo = await SiloProcess.StartAsync(_folder.Path, ["--Zhice:Sample=false", .. Settings]);
        await SettleAsync();
    }

    private string[] Settings =>
        [
            "--Zhice:Webhooks:0:Channel=sms", $"--Zhice:Webhooks:0:Url={_receiver.Url}", "--Zhice:Webhooks:0:Secret=0123456789abcdef",
            "--Zhice:Webhooks:0:AllowLocal=true"];

    // What is made ready at first use is no attack's.
    private async Task SettleAsync()
    {
        for (var i = 0; i < 3_000; i++)
        {
            await Silo.Recommendations.RecommendAsync(new() { CustomerId = "quiet", PlacementId = "app_home" });
        }

        using var upload = Silo.Audiences.UploadAudience();
        await upload.RequestStream.WriteAsync(new()
        {
            Audience = new() { AudienceId = "settled", DisplayName = "Settled" }, CustomerIds = { Enumerable.Range(0, 10_000).Select(static n => $"settled-{n}") },
        });
        await upload.RequestStream.CompleteAsync();
        await upload;
    }

    private async Task<int> CallAsync(CancellationToken end)
    {
        using var channel = GrpcChannel.ForAddress(Silo.GrpcAddress);
        var (recommendations, answered) = (new RecommendationService.RecommendationServiceClient(channel), 0);
        do
        {
            await recommendations.RecommendAsync(
                new() { CustomerId = "beside", PlacementId = "app_home" }, deadline: DateTime.UtcNow.AddSeconds(40),
                cancellationToken: CancellationToken.None);
            answered++;
            await Task.Delay(Pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!end.IsCancellationRequested);
        return answered;
    }

    private async Task<long> WatchAsync(CancellationToken end)
    {
        var most = 0L;
        do
        {
            most = Math.Max(most, Silo.ResidentBytes);
            await Task.Delay(Pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!end.IsCancellationRequested);
        return most;
    }
}

/// <summary>A silo for attacks that change it.</summary>
public sealed class ChangedBank : HostileBank;

/// <summary>The attacks, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class HostileTests : ICollectionFixture<HostileBank>
{
    public const string Name = "hostile";
}
