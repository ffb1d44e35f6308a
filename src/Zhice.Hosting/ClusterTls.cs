using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Zhice.Hosting;

/// <summary>
/// Mutual TLS on the ports between silos and between gateways and silos, in the section "Zhice:ClusterTls". Both ends show a certificate
/// of the cluster's own authority; its DNS name says whether it is a silo's or a gateway's.
/// </summary>
public sealed record ClusterTls
{
    /// <summary>The name of the section, within "Zhice".</summary>
    public const string Section = "ClusterTls";

    /// <summary>The DNS name in the certificate of a silo.</summary>
    public const string SiloName = "zhice-silo";

    /// <summary>The DNS name in the certificate of a gateway.</summary>
    public const string GatewayName = "zhice-gateway";

    // Extended key usages: of servers and of clients.
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>The file of this process's certificate, PEM; the authority itself signed it.</summary>
    /// <value>Default: none, and the ports are in clear text.</value>
    public string CertificateFile { get; init; } = "";

    /// <summary>The file of the certificate's private key, PEM.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The file of the cluster's own authority, PEM; two certificates while it is changed.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Whether TLS is on.</summary>
    public bool IsOn => CertificateFile.Length + KeyFile.Length + CaFile.Length > 0;

    /// <summary>Reads the certificates of this process.</summary>
    /// <param name="ownName">The DNS name that the certificate must have: <see cref="SiloName"/> or <see cref="GatewayName"/>.</param>
    /// <param name="now">The time now.</param>
    /// <exception cref="StartRefusedException">A setting is missing, a file cannot be read, or the certificate is not fit.</exception>
    public ClusterCertificates Read(string ownName, DateTimeOffset now)
    {
        if (CertificateFile.Length == 0 || KeyFile.Length == 0 || CaFile.Length == 0)
        {
            throw new StartRefusedException($"{HostSettings.Section}:{Section} needs CertificateFile, KeyFile and CaFile, all three.");
        }

        try
        {
            var own = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(CaFile);
            var certificates = new ClusterCertificates(own, authorities);
            return !own.MatchesHostname(ownName, allowWildcards: false, allowCommonName: false)
                ? throw new StartRefusedException($"the certificate {CertificateFile} has not the DNS name {ownName}.")
                : now < own.NotBefore || now > own.NotAfter
                ? throw new StartRefusedException(FormattableString.Invariant($"the certificate {CertificateFile} is valid from {own.NotBefore:u} to {own.NotAfter:u} only."))
                : !certificates.IsTrusted(own, ServerUsage, ownName) || !certificates.IsTrusted(own, ClientUsage, ownName)
                ? throw new StartRefusedException(
                    $"the certificate {CertificateFile} is not of the authority in {CaFile}, or not for servers and clients (extended key usage).")
                : certificates;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException($"the certificates of {HostSettings.Section}:{Section} cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>What silos and gateways of one cluster know each other by.</summary>
    /// <param name="own">The certificate of this process, with its key.</param>
    /// <param name="authorities">The cluster's own authority.</param>
    public sealed class ClusterCertificates(X509Certificate2 own, X509Certificate2Collection authorities)
    {
        /// <summary>What an Orleans connection asks of both ends.</summary>
        /// <param name="accepted">The DNS names of those that may be at the other end of a connection that comes in.</param>
        public TlsOptions CreateOptions(params string[] accepted) => new()
        {
            LocalCertificate = own,
            RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
            ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
            RemoteCertificateValidation = (certificate, _, _) => accepted.Any(name => IsTrusted(certificate, ClientUsage, name)),
        };

        /// <summary>The same for a connection that goes out, to a silo.</summary>
        public TlsOptions CreateOptionsToSilo()
        {
            var options = CreateOptions();
            options.RemoteCertificateValidation = (certificate, _, _) => IsTrusted(certificate, ServerUsage, SiloName);
            options.OnAuthenticateAsClient = static (_, client) => client.TargetHost = SiloName;
            return options;
        }

        /// <summary>Whether a certificate is of the cluster's authority, for a usage, in time, and has a DNS name.</summary>
        internal bool IsTrusted(X509Certificate2 certificate, string usage, string name)
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(usage));
            return certificate.MatchesHostname(name, allowWildcards: false, allowCommonName: false) && chain.Build(certificate);
        }
    }
}
