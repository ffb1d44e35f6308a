namespace Zhice.Grains.Audit;

/// <summary>How the audit's checkpoints are signed, and where they go.</summary>
public sealed record AuditOptions
{
    /// <summary>The file of the private key that signs checkpoints: ECDSA with P-256, PEM. Made when it is not there.</summary>
    /// <value>Default: null, a key that ends with the process: for tests and stores in memory.</value>
    public string? SigningKeyFile { get; init; }

    /// <summary>The folder that checkpoints are written to in addition to the store; best on another machine.</summary>
    /// <value>Default: null, none.</value>
    public string? CheckpointFolder { get; init; }
}
