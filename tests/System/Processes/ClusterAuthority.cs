using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Zhice.SystemTests.Processes;

/// <summary>An authority for the ports of a cluster, and files of what it signs.</summary>
internal sealed class ClusterAuthority : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly X509Certificate2 _own;
    private int _issued;

    public ClusterAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
        File.WriteAllText(CaFile, _own.ExportCertificatePem());
    }

    /// <summary>The file of the authority.</summary>
    public string CaFile => Path.Combine(_folder.Path, "ca.pem");

    /// <summary>The authority itself.</summary>
    public X509Certificate2 Certificate => _own;

    /// <summary>The settings of a silo or gateway with a certificate of its own, for the ports of the cluster.</summary>
    public string[] Settings(string name) => [.. SettingsOf("ClusterTls", name), $"--Zhice:ClusterTls:CaFile={CaFile}"];

    /// <summary>The settings of a certificate and its key, in a section.</summary>
    public string[] SettingsOf(string section, string name)
    {
        using var certificate = Issue(name);
        var file = Path.Combine(_folder.Path, $"{++_issued}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(file + ".key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return [$"--Zhice:{section}:CertificateFile={file}", $"--Zhice:{section}:KeyFile={file}.key"];
    }

    /// <summary>Puts another certificate of the same name into the files of settings that were given before.</summary>
    /// <returns>Its serial number.</returns>
    public string Renew(string[] settings, string name, bool isExpired = false)
    {
        using var certificate = Issue(name, isExpired);
        string[] files = [.. settings.Select(static setting => setting[(setting.IndexOf('=') + 1)..])];
        File.WriteAllText(files[0], certificate.ExportCertificatePem());
        File.WriteAllText(files[1], certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return certificate.SerialNumber;
    }

    /// <summary>A certificate with its key.</summary>
    /// <param name="name">Its DNS name; null for none.</param>
    /// <param name="isExpired">Whether it ended a month ago.</param>
    /// <param name="usage">Its extended key usage, of clients by default and of servers.</param>
    public X509Certificate2 Issue(string? name, bool isExpired = false, params string[] usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name ?? "nobody"}", key, HashAlgorithmName.SHA256);
        var usages = new OidCollection();
        foreach (var use in usage.Length > 0 ? usage : ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"])
        {
            usages.Add(new Oid(use));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        if (name is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name);
            request.CertificateExtensions.Add(names.Build());
        }

        var now = DateTimeOffset.UtcNow;
        using var issued = request.Create(
            _own, now.AddYears(-1), isExpired ? now.AddMonths(-1) : now.AddYears(1), RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        _own.Dispose();
        _folder.Dispose();
    }
}
