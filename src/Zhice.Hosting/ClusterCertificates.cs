using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace Zhice.Hosting;

/// <summary>What silos and gateways of one cluster know each other by.</summary>
/// <param name="own">The certificate of this process, with its key.</param>
/// <param name="authorities">The cluster's own authority.</param>
public sealed class ClusterCertificates(X509Certificate2 own, X509Certificate2Collection authorities)
{
    private readonly X509Certificate2 _own = own;

    /// <summary>The extended key usage of servers.</summary>
    internal const string ServerUsage = "1.3.6.1.5.5.7.3.1";

    /// <summary>The extended key usage of clients.</summary>
    internal const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>What an Orleans connection asks of both ends, by the certificates that are in use when it begins.</summary>
    /// <param name="files">The certificates.</param>
    /// <param name="accepted">The DNS names of those that may be at the other end of a connection that comes in.</param>
    public static TlsOptions CreateOptions(ReloadedFiles<ClusterCertificates> files, params string[] accepted) => new()
    {
        // Orleans asks for one at the start; the selectors come before it.
        LocalCertificate = files.Current._own,
        LocalServerCertificateSelector = (_, _) => files.Current._own,
        LocalClientCertificateSelector = (_, _, _, _, _) => files.Current._own,
        RemoteCertificateMode = RemoteCertificateMode.RequireCertificate,
        ClientCertificateMode = RemoteCertificateMode.RequireCertificate,
        RemoteCertificateValidation = (certificate, _, _) => accepted.Any(name => files.Current.IsTrusted(certificate, ClientUsage, name)),
    };

    /// <summary>The same for a connection that goes out, to a silo.</summary>
    /// <param name="files">The certificates.</param>
    public static TlsOptions CreateOptionsToSilo(ReloadedFiles<ClusterCertificates> files)
    {
        var options = CreateOptions(files);
        options.RemoteCertificateValidation = (certificate, _, _) => files.Current.IsTrusted(certificate, ServerUsage, ClusterTls.SiloName);
        options.OnAuthenticateAsClient = static (_, client) => client.TargetHost = ClusterTls.SiloName;
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
