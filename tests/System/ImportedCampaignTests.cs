using System.Security.Cryptography;
using System.Text;
using Google.LongRunning;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Npgsql;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>A campaign to customers who have only just been imported.</summary>
public sealed class ImportedCampaignTests
{
    private const int Known = 200;
    private const int Imported = 3_000;

    [Fact]
    public async Task A_campaign_right_after_an_import_asks_everybody_once_though_a_silo_is_killed()
    {
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            2, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        var silo = cluster[0];
        await ImportAsync(silo, "known", Known);
        await ClusterProcesses.UntilAsync(
            async () =>
                (await silo.Audiences.CountAudienceAsync(new() { Audience = new() { Expression = "tags.age == 40" } })).Customers == Known,
                TimeSpan.FromMinutes(2));

        await ImportAsync(silo, "new", Imported);
        await silo.Campaigns.SaveCampaignAsync(new()
        {
            Campaign = new() { CampaignId = "nightly", DisplayName = "Nightly", Audience = "tags.age == 40", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() },
        }, By.Li);
        var etag = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "nightly" })).Status.Etag;
        await silo.Campaigns.ApproveCampaignAsync(new() { CampaignId = "nightly", Etag = etag }, By.Wang);
        await silo.Campaigns.ScheduleCampaignAsync(new() { CampaignId = "nightly" }, By.Wang);
        await UntilAsync(static status => status.Runs.Count > 0 && status.Runs[0].Contacted > 0);
        await cluster.KillAsync(1);

        var ended = await UntilAsync(static status => status.State == CampaignState.Finished);

        Assert.Equal((Known + Imported, Known + Imported), ((int)ended.Runs[0].Matched, (int)ended.Runs[0].Contacted));
        Assert.Equal((Known + Imported, Known + Imported), await WaitingAsync(cluster.Connection));

        async Task<CampaignStatus> UntilAsync(Func<CampaignStatus, bool> holds)
        {
            var status = new CampaignStatus();
            await ClusterProcesses.UntilAsync(
                async () => holds(status = (await silo.Campaigns.GetCampaignAsync(new() { CampaignId = "nightly" })).Status),
                TimeSpan.FromMinutes(3));
            return status;
        }
    }

    private static async Task ImportAsync(SiloProcess silo, string name, int customers)
    {
        var content = Encoding.UTF8.GetBytes(
            "customer_id,age\n" + string.Concat(Enumerable.Range(0, customers).Select(n => $"{name}{n},40\n")));
        var (bulk, sha256) = (new BulkService.BulkServiceClient(silo.Channel), Convert.ToHexStringLower(SHA256.HashData(content)));
        using var upload = bulk.UploadFile();
        await upload.RequestStream.WriteAsync(new() { Header = new() { Sha256 = sha256, TotalBytes = content.Length } });
        await upload.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(content) });
        await upload.RequestStream.CompleteAsync();
        Assert.True((await upload.ResponseAsync).Complete);
        var operation = (await bulk.ImportAsync(new() { Sha256 = sha256, Format = BulkFormat.Csv })).Operation;
        while (!operation.Done)
        {
            operation = await new Operations.OperationsClient(silo.Channel)
                .WaitOperationAsync(new() { Name = operation.Name, Timeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(20)) });
        }

        Assert.Null(operation.Error);
    }

    // Nobody takes them.
    private static async Task<(int Contacts, int Customers)> WaitingAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("SELECT count(*)::int, count(DISTINCT customer_id)::int FROM zhice.outbox");
        await using var rows = await command.ExecuteReaderAsync();
        await rows.ReadAsync();
        return (rows.GetInt32(0), rows.GetInt32(1));
    }
}
