using System.Net.Security;
using System.Net.Sockets;

namespace Zhice.SystemTests.Security;

/// <summary>Certificates of a silo that runs on.</summary>
[Collection("secured silo")]
public sealed class CertificateReloadTests(SecuredSilo silo)
{
    [Fact]
    public async Task A_silo_shows_a_new_certificate_without_a_restart()
    {
        var before = await ShownAsync();
        var renewed = silo.Renew();
        Assert.NotEqual(before, renewed);

        while (await ShownAsync() != renewed)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        // The channel that was open goes on, and a new one is taken.
        var catalogs = new CatalogService.CatalogServiceClient(silo.Channel);
        await catalogs.GetCatalogAsync(new(), await silo.AskAsync("li", "operator"));
        using var other = silo.Connect();
        await new CatalogService.CatalogServiceClient(other).GetCatalogAsync(new(), await silo.AskAsync("li", "operator"));
    }

    private async Task<string> ShownAsync()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", silo.Silo.HttpPort, TestContext.Current.CancellationToken);
        await using var stream = new SslStream(socket.GetStream());
        using var handler = silo.CreateHandler();
        handler.SslOptions.TargetHost = "localhost";
        await stream.AuthenticateAsClientAsync(handler.SslOptions, TestContext.Current.CancellationToken);
        return stream.RemoteCertificate!.GetSerialNumberString();
    }
}
