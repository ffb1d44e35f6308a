using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;

namespace Zhice.Client.Internal;

/// <summary>What a client shows of itself, and whom it trusts.</summary>
internal static class Credentials
{
    // Extended key usage: of servers.
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    /// <summary>The credentials of the channel: the token goes into the header of each call.</summary>
    public static ChannelCredentials Create(ZhiceClientOptions options)
    {
        var channel = options.Address.Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;
        return options.GetToken is null && options.DevelopmentUser.Length == 0
            ? channel
            : ChannelCredentials.Create(channel, CallCredentials.FromInterceptor(async (context, headers) =>
            {
                if (options.GetToken is { } getToken)
                {
                    headers.Add("authorization", $"Bearer {await getToken(context.CancellationToken)}");
                }

                if (options.DevelopmentUser.Length > 0)
                {
                    headers.Add("x-zhice-user", HeaderText.Encode(options.DevelopmentUser));
                }
            }));
    }

    /// <summary>The TLS of the connections.</summary>
    public static SslClientAuthenticationOptions CreateTls(ZhiceClientOptions options)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.Certificate is { } certificate)
        {
            tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        if (options.TrustedAuthorities is { Count: > 0 } authorities)
        {
            tls.CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                ApplicationPolicy = { new(ServerUsage) },
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return tls;
    }
}
