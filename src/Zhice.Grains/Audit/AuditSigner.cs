using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Zhice.Domain.Audit;
using Zhice.Domain.Faults;
using Zhice.Storage;

namespace Zhice.Grains.Audit;

/// <summary>
/// The key that signs checkpoints. Its public half lies beside it, in a file of the same name with .pub, for those who verify.
/// </summary>
internal sealed class AuditSigner : IDisposable
{
    private readonly ECDsa _key;

    /// <summary>Reads the key, and makes it when it is not there.</summary>
    /// <exception cref="StoreUnfitException">The file is no key that can sign checkpoints, or others may read it.</exception>
    public AuditSigner(AuditOptions options, ILogger<AuditSigner> log)
    {
        _key = options.SigningKeyFile switch
        {
            null => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            var file when File.Exists(file) => Read(file),
            var file => Make(file, log),
        };
        PublicKey = _key.ExportSubjectPublicKeyInfoPem() + "\n";
        if (options.SigningKeyFile is { } key)
        {
            KeepPublicKey(key + ".pub", log);
        }
    }

    /// <summary>The public key, PEM.</summary>
    public string PublicKey { get; }

    /// <summary>The checkpoint with the signature.</summary>
    public AuditCheckpoint Sign(AuditCheckpoint checkpoint) => checkpoint.SignedBy(_key);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    // The folder of a key that an operator made may be read-only.
    private void KeepPublicKey(string file, ILogger log)
    {
        try
        {
            KeptFile.TryCreate(file, PublicKey);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            GrainsLog.PublicKeyNotWritten(log, file, fault);
        }
    }

    private static ECDsa Read(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & ~KeptFile.OwnerOnly) != 0)
        {
            throw new StoreUnfitException(
                $"Others may read the audit's signing key {file}; chmod 600 it, and replace it if somebody may have read it.");
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(file));
            return key.KeySize == 256 ? key : throw new CryptographicException($"the key has {key.KeySize} bits");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new StoreUnfitException(
                $"The file {file} is no private key of ECDSA with P-256 in PEM: {fault.Message}. 'openssl ecparam -name prime256v1 -genkey -noout' makes one.", fault);
        }
    }

    // Silos that share the folder may start at the same time: one key wins, and all read that one.
    private static ECDsa Make(string file, ILogger log)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        if (KeptFile.TryCreate(file, made.ExportPkcs8PrivateKeyPem(), KeptFile.OwnerOnly))
        {
            GrainsLog.AuditKeyMade(log, file);
        }

        return Read(file);
    }
}
