using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

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

    /// <summary>The file of this process's certificate, PEM; the authority itself signed it.</summary>
    /// <value>Default: none, and the ports are in clear text.</value>
    public string CertificateFile { get; init; } = "";

    /// <summary>The file of the certificate's private key, PEM.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>The file of the cluster's own authority, PEM; two certificates while it is changed.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>Whether TLS is on.</summary>
    public bool IsOn => CertificateFile.Length + KeyFile.Length + CaFile.Length > 0;

    /// <summary>Reads the certificates of this process, and again when their files change.</summary>
    /// <param name="ownName">The DNS name that the certificate must have: <see cref="SiloName"/> or <see cref="GatewayName"/>.</param>
    /// <param name="clock">Tells whether they are in time.</param>
    /// <exception cref="StartRefusedException">A setting is missing, a file cannot be read, or the certificate is not fit.</exception>
    public ReloadedFiles<ClusterCertificates> Watch(string ownName, TimeProvider clock) =>
        CertificateFile.Length == 0 || KeyFile.Length == 0 || CaFile.Length == 0
            ? throw new StartRefusedException($"{HostSettings.Section}:{Section} needs CertificateFile, KeyFile and CaFile, all three.")
            : new($"{HostSettings.Section}:{Section}", [CertificateFile, KeyFile, CaFile], () => Read(ownName, clock.GetUtcNow()));

    private ClusterCertificates Read(string ownName, DateTimeOffset now)
    {
        try
        {
            var own = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(CaFile);
            var certificates = new ClusterCertificates(own, authorities);
            Check(own, certificates, ownName, now);
            return certificates;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartRefusedException($"the certificates of {HostSettings.Section}:{Section} cannot be read: {fault.Message}", fault);
        }
    }

    private void Check(X509Certificate2 own, ClusterCertificates certificates, string ownName, DateTimeOffset now)
    {
        if (!own.MatchesHostname(ownName, allowWildcards: false, allowCommonName: false))
        {
            throw new StartRefusedException($"the certificate {CertificateFile} does not have the DNS name {ownName}.");
        }

        if (now < own.NotBefore || now > own.NotAfter)
        {
            throw new StartRefusedException(FormattableString.Invariant(
                $"the certificate {CertificateFile} is valid from {own.NotBefore.ToUniversalTime():u} to {own.NotAfter.ToUniversalTime():u} only."));
        }

        if (!certificates.IsTrusted(own, ClusterCertificates.ServerUsage, ownName)
            || !certificates.IsTrusted(own, ClusterCertificates.ClientUsage, ownName))
        {
            throw new StartRefusedException(
                $"the certificate {CertificateFile} is not of the authority in {CaFile}, or not for servers and clients (extended key usage).");
        }
    }
}
