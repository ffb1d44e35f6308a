using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Zhice.Hosting;

/// <summary>TLS on the ports of gRPC and HTTP, in the section "Zhice:Tls".</summary>
public sealed record ApiTls
{
    /// <summary>The name of the section, within "Zhice".</summary>
    public const string Section = "Tls";

    /// <summary>The lines of the help text.</summary>
    public const string Help = """
          Tls:CertificateFile   TLS on GrpcPort and HttpPort: certificate        (none: clear text;
          Tls:KeyFile           and key, PEM                                      refused but for loop-
          Tls:CallerCaFile      the authority of callers' certificates            back addresses)
          Tls:EndsBefore        a proxy before this host ends TLS                (false)
        """;

    // Extended key usage: of clients.
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>The file of the certificate, PEM, with those between it and its authority.</summary>
    /// <value>Default: none, and the ports are in clear text.</value>
    public string CertificateFile { get; init; } = "";

    /// <summary>The file of the certificate's private key, PEM.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The file of the authority of callers, PEM: a caller that shows a certificate must have one of this authority.</summary>
    /// <value>Default: none; certificates of callers are not asked for.</value>
    public string CallerCaFile { get; init; } = "";

    /// <summary>Whether a proxy before this host ends TLS, and the way from there to here is protected otherwise.</summary>
    /// <value>Default: false.</value>
    public bool EndsBefore { get; init; }

    /// <summary>Whether TLS is on.</summary>
    public bool IsOn => CertificateFile.Length + KeyFile.Length > 0;

    /// <summary>Reads the certificates, and again when their files change.</summary>
    /// <param name="clock">Tells whether they are in time.</param>
    /// <exception cref="StartRefusedException">A setting is missing, a file cannot be read, or the certificate is not fit.</exception>
    public ReloadedFiles<ApiCertificates> Watch(TimeProvider clock) => CertificateFile.Length == 0 || KeyFile.Length == 0
        ? throw new StartRefusedException($"{HostSettings.Section}:{Section} needs CertificateFile and KeyFile, both.")
        : new($"{HostSettings.Section}:{Section}", [CertificateFile, KeyFile, CallerCaFile], () => Read(clock));

    /// <summary>How connections are taken: each by the certificates that are in use when it begins.</summary>
    /// <param name="files">The certificates.</param>
    internal static HttpsConnectionAdapterOptions CreateOptions(ReloadedFiles<ApiCertificates> files)
    {
        var options = new HttpsConnectionAdapterOptions
        {
            ServerCertificate = files.Current.Own,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            OnAuthenticate = (_, connection) =>
            {
                connection.CipherSuitesPolicy = CipherSuites.Authenticated;
                connection.ServerCertificateContext = files.Current.Context;
            },
        };
        if (files.Current.CallerAuthorities.Count > 0)
        {
            options.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            options.ClientCertificateValidation = (certificate, chain, _) => IsTrusted(certificate, chain, files.Current.CallerAuthorities);
        }

        return options;
    }

    private ApiCertificates Read(TimeProvider clock)
    {
        try
        {
            var own = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            var now = clock.GetUtcNow();
            if (now < own.NotBefore || now > own.NotAfter)
            {
                throw new StartRefusedException(
                    FormattableString.Invariant(
                        $"the certificate {CertificateFile} is valid from {own.NotBefore.ToUniversalTime():u} to {own.NotAfter.ToUniversalTime():u} only."));
            }

            var (between, authorities) = (new X509Certificate2Collection(), new X509Certificate2Collection());
            between.ImportFromPemFile(CertificateFile);
            if (CallerCaFile.Length > 0)
            {
                authorities.ImportFromPemFile(CallerCaFile);
                if (authorities.Count == 0)
                {
                    throw new StartRefusedException($"the file {CallerCaFile} has no certificate.");
                }
            }

            return new(own, SslStreamCertificateContext.Create(own, between, offline: true), authorities);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException($"the certificates of {HostSettings.Section}:{Section} cannot be read: {fault.Message}", fault);
        }
    }

    // The caller sends the certificates between its own and the authority.
    private static bool IsTrusted(X509Certificate2 certificate, X509Chain? sent, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(sent?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUsage));
        return chain.Build(certificate);
    }
}
