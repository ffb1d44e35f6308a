using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>The ports between silos and of gateways, with mutual TLS.</summary>
public sealed class ClusterTlsTests
{
    private const string Silo = "zhice-silo";
    private const string Gateway = "zhice-gateway";
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(4);

    [Fact, Trait("Category", "Quick")]
    public async Task Silos_and_gateways_of_one_authority_serve_and_nobody_else_is_let_in()
    {
        using var authority = new ClusterAuthority();
        using var stranger = new ClusterAuthority();
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            2, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), "zhice", authority.Settings(Silo));
        string[] ofGateway = ["--Zhice:Store=postgres", $"--ConnectionStrings:Zhice={cluster.Connection}"];
        await using (var gateway = await GatewayProcess.StartAsync([.. ofGateway, .. authority.Settings(Gateway)]))
        {
            var recorded = await gateway.Events.RecordEventsAsync(
                new() { Events = { new Event { EventId = "1", CustomerId = "a", EventTypeId = "login" } } });
            Assert.Equal(EventOutcome.Recorded, recorded.Results[0].Outcome);
            foreach (var silo in cluster.Silos)
            {
                Assert.Equal("a", (await silo.Customers.GetCustomerAsync(new() { CustomerId = "a" })).Customer.CustomerId);
            }
        }

        var (siloPort, gatewayPort) = (cluster[0].Ports[2], cluster[0].Ports[3]);
        using var ofSilo = authority.Issue(Silo);
        using var asGateway = authority.Issue(Gateway);
        Assert.True(await IsLetInAsync(siloPort, ofSilo));
        Assert.True(await IsLetInAsync(gatewayPort, ofSilo));
        Assert.True(await IsLetInAsync(gatewayPort, asGateway));
        Assert.False(await IsLetInAsync(siloPort, asGateway));
        X509Certificate2?[] refused =
        [
            null, authority.Issue(null), authority.Issue("zhice-other"), authority.Issue(Silo, isExpired: true), stranger.Issue(Silo),
            authority.Issue(Silo, isExpired: false, "1.3.6.1.5.5.7.3.1"),
        ];
        foreach (var certificate in refused)
        {
            Assert.False(await IsLetInAsync(siloPort, certificate));
            Assert.False(await IsLetInAsync(gatewayPort, certificate));
            certificate?.Dispose();
        }

        Assert.True(await IsClosedAsync(siloPort, new byte[64]));
        Assert.True(await IsClosedAsync(gatewayPort, "GET / HTTP/1.1\r\n\r\n"u8.ToArray()));

        // A gateway in clear text, or of another authority, finds no silo, and a silo of another authority does not join.
        await using var clear = GatewayProcess.Begin(ofGateway);
        await using var foreign = GatewayProcess.Begin([.. ofGateway, .. stranger.Settings(Gateway)]);
        await Task.Delay(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain("is ready", clear.Log + foreign.Log, StringComparison.Ordinal);
        Assert.All(cluster.Silos, static silo => Assert.True(silo.IsAlive));
        Assert.Equal("a", (await cluster[1].Customers.GetCustomerAsync(new() { CustomerId = "a" })).Customer.CustomerId);
    }

    [Fact]
    public async Task Certificates_of_silos_are_renewed_while_they_run_and_one_that_has_ended_is_not_taken()
    {
        using var authority = new ClusterAuthority();
        var settings = authority.Settings(Silo);
        await using var cluster = await ClusterProcesses.StartSmallAsync(
            2, await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(), "zhice", settings);
        var first = await ShownAsync(cluster[0].Ports[2], authority);
        authority.Renew(settings[..2], Silo, isExpired: true);
        await ClusterProcesses.UntilAsync(
            () => Task.FromResult(cluster.Silos.All(static silo => silo.Log.Contains("cannot be used", StringComparison.Ordinal))));
        Assert.Equal(first, await ShownAsync(cluster[0].Ports[2], authority));

        var renewed = authority.Renew(settings[..2], Silo);
        foreach (var port in cluster.Silos.SelectMany(static silo => silo.Ports.Skip(2)))
        {
            await ClusterProcesses.UntilAsync(async () => await ShownAsync(port, authority) == renewed);
        }

        // A silo that joins makes new connections, and the open ones go on.
        await using var joined = await cluster.StartOneMoreAsync();
        await cluster[0].Events.RecordEventsAsync(
            new() { Events = { new Event { EventId = "1", CustomerId = "a", EventTypeId = "login" } } });
        foreach (var silo in (SiloProcess[])[cluster[1], joined])
        {
            Assert.Equal("a", (await silo.Customers.GetCustomerAsync(new() { CustomerId = "a" })).Customer.CustomerId);
        }

        using var ended = authority.Issue(Silo, isExpired: true);
        Assert.False(await IsLetInAsync(cluster[0].Ports[2], ended));
    }

    [Fact]
    public async Task Certificates_that_are_not_fit_and_open_ports_stop_the_start_with_a_sentence()
    {
        using var authority = new ClusterAuthority();
        using var stranger = new ClusterAuthority();
        using var folder = new DataFolder();
        (string[] Settings, string Hint)[] refused =
        [
            (authority.Settings(Gateway), "DNS name zhice-silo"),
            ([.. authority.Settings(Silo)[..2], $"--Zhice:ClusterTls:CaFile={stranger.CaFile}"], "not of the authority"),
            ([.. authority.Settings(Silo)[..2], "--Zhice:ClusterTls:CaFile=/none/ca.pem"], "cannot be read"),
            (
                ["--Zhice:Store=postgres", "--Zhice:SiloAddress=192.0.2.1", "--ConnectionStrings:Zhice=Host=127.0.0.1"],
                "deploy/certificates.sh"),
        ];

        foreach (var (settings, hint) in refused)
        {
            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.StartAsync(folder.Path, settings));
            Assert.Contains("did not start", refusal.Message, StringComparison.Ordinal);
            Assert.Contains(hint, refusal.Message, StringComparison.Ordinal);
        }
    }

    // A silo closes the connection of whom it does not let in, during the handshake or right after it; of others it waits to hear.
    private static async Task<bool> IsLetInAsync(int port, X509Certificate2? certificate)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(
            tcp.GetStream(), false, static (_, server, _, _) => server is X509Certificate2 of && of.MatchesHostname(Silo));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = Silo,
                ClientCertificates = certificate is null ? [] : [certificate],
            });
            return await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(Silence) > 0;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException)
        {
            return false;
        }
    }

    // The serial number of the certificate that a port shows.
    private static async Task<string> ShownAsync(int port, ClusterAuthority authority)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        using var own = authority.Issue(Silo);
        await using var tls = new SslStream(tcp.GetStream(), false, static (_, certificate, _, _) => certificate is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Silo, ClientCertificates = [own] });
        return tls.RemoteCertificate!.GetSerialNumberString();
    }

    private static async Task<bool> IsClosedAsync(int port, byte[] bytes)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", port);
        var stream = tcp.GetStream();
        try
        {
            await stream.WriteAsync(bytes);
            var buffer = new byte[256];
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(Longest) > 0)
            {
                // An alert of TLS comes before the end.
            }
        }
        catch (IOException)
        {
            // Closed as well.
        }

        return true;
    }
}
