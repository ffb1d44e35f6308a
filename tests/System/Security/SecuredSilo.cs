using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>A silo that asks callers who they are, by tokens of OpenIddict or certificates, on ports with TLS.</summary>
public sealed class SecuredSilo : IAsyncLifetime
{
    public const string Audience = "zhice";

    private readonly DataFolder _folder = new();
    private readonly ClusterAuthority _servers = new();
    private string[] _tls = [];
    private string[] _identity = [];
    private Task<GatewayProcess>? _gateway;

    internal OpenIddictProvider Provider { get; private set; } = null!;

    /// <summary>The file of the authority of the hosts' certificates.</summary>
    internal string CaFile => _servers.CaFile;

    internal ClusterAuthority Callers { get; } = new();

    internal SiloProcess Silo { get; private set; } = null!;

    internal GrpcChannel Channel { get; private set; } = null!;

    internal string HttpAddress => HttpAddressOf(Silo);

    public async ValueTask InitializeAsync()
    {
        Provider = await OpenIddictProvider.StartAsync();
        _tls = _servers.SettingsOf("Tls", "localhost");
        _identity =
        [
            $"--Zhice:Identity:Authority={Provider.Address}", $"--Zhice:Identity:Audience={Audience}",
            "--Zhice:Identity:KeyRefreshPause=00:00:00.1", "--Zhice:Identity:SignIn:ClientId=console",
        ];
        Silo = await SiloProcess.StartAsync(_folder.Path, [
            "--Zhice:Store=memory", "--Zhice:Sample=false", "--Zhice:Dashboard=true", .. _tls, .. _identity,
            $"--Zhice:Tls:CallerCaFile={Callers.CaFile}",
            "--Zhice:Identity:Certificates:0:Subject=CN=bank-app", "--Zhice:Identity:Certificates:0:Name=the app",
            "--Zhice:Identity:Certificates:0:Roles=app",
            "--Zhice:Identity:Certificates:1:Subject=CN=sms-gateway", "--Zhice:Identity:Certificates:1:Roles=channel",
            "--Zhice:Identity:Certificates:1:Channels=sms",
        ]);
        Channel = Connect();
        await new CatalogService.CatalogServiceClient(Channel).ApplyCatalogAsync(
            new() { Catalog = SmallCatalog.Create(), RequestId = "small" }, await AskAsync("setup", "operator"));
    }

    /// <summary>The address of the pages of a host.</summary>
    internal static string HttpAddressOf(ServiceProcess host) => $"https://localhost:{host.HttpPort}";

    /// <summary>A gateway before the silo, with the same identities; all tests share it.</summary>
    internal Task<GatewayProcess> GetGatewayAsync() => _gateway ??= GatewayProcess.StartAsync([
        $"--Zhice:Silos=127.0.0.1:{Silo.GatewayPort}", .. _servers.SettingsOf("Tls", "localhost"), .. _identity]);

    /// <summary>Puts another certificate into the silo's files.</summary>
    /// <returns>Its serial number.</returns>
    internal string Renew() => _servers.Renew(_tls, "localhost");

    /// <summary>The headers of a call with a token of the provider.</summary>
    internal async Task<Metadata> AskAsync(string name, string roles, string channels = "") =>
        With(await Provider.AskAsync(name, roles, channels));

    /// <summary>The headers of a call with a token.</summary>
    internal static Metadata With(string token) => new() { { "authorization", $"Bearer {token}" } };

    /// <summary>A channel with a certificate of the caller, or none.</summary>
    internal GrpcChannel Connect(X509Certificate2? certificate = null) => Connect(Silo, certificate);

    /// <summary>A channel to a host, with a certificate of the caller, or none.</summary>
    internal GrpcChannel Connect(ServiceProcess host, X509Certificate2? certificate = null) => GrpcChannel.ForAddress(
        $"https://localhost:{host.GrpcPort}", new() { HttpHandler = CreateHandler(certificate), DisposeHttpClient = true });

    /// <summary>A handler that trusts the silo's authority.</summary>
    internal SocketsHttpHandler CreateHandler(X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(_servers.Certificate);
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return handler;
    }

    public async ValueTask DisposeAsync()
    {
        Channel?.Dispose();
        if (_gateway is not null)
        {
            await (await _gateway).DisposeAsync();
        }

        if (Silo is not null)
        {
            await Silo.DisposeAsync();
        }

        await Provider.DisposeAsync();
        Callers.Dispose();
        _servers.Dispose();
        _folder.Dispose();
    }
}

/// <summary>The tests that share the silo.</summary>
[CollectionDefinition("secured silo")]
public sealed class SecuredSiloCollection : ICollectionFixture<SecuredSilo>;
