using Zhice.Cli.Running;
using Zhice.Domain.Audit;
using Zhice.V1;

namespace Zhice.Cli.Audit;

/// <summary>Reads the whole chain from a server, and computes it again here.</summary>
internal sealed class ChainReading
{
    private readonly Dictionary<Guid, Domain.Audit.AuditEntry> _begun = [];

    private ChainReading(AuditVerifier verifier, AuditHead end) => (Verifier, End) = (verifier, end);

    /// <summary>What was found.</summary>
    public AuditVerifier Verifier { get; }

    /// <summary>The end of the chain as the store has it.</summary>
    public AuditHead End { get; }

    /// <summary>Calls that began and of which no end is recorded. This reading is one too, and is left out.</summary>
    public IReadOnlyList<Domain.Audit.AuditEntry> Unfinished =>
        [.. _begun.Values.Where(static entry => !entry.Method.EndsWith("/StreamAuditEntries", StringComparison.Ordinal))];

    /// <summary>Reads and verifies the chain.</summary>
    /// <param name="session">The server.</param>
    /// <param name="checkpoints">What it is verified against, with checked signatures.</param>
    public static async Task<ChainReading> ReadAsync(Session session, IReadOnlyList<AuditCheckpoint> checkpoints)
    {
        using var call = session.Client.Audit.StreamAuditEntries(new(), cancellationToken: session.Cancellation);
        ChainReading? reading = null;
        while (await call.ResponseStream.MoveNext(session.Cancellation))
        {
            var part = call.ResponseStream.Current;
            if (part.End is { } end)
            {
                reading = Begin(end, checkpoints);
            }

            foreach (var link in part.Links)
            {
                (reading ?? throw new FailureException("The server did not say where its chain ends."))
                    .Add(new(link.Sequence, link.TimeMs, link.Content.ToByteArray(), link.Hash.ToByteArray()));
            }
        }

        (reading ?? throw new FailureException("The server did not say where its chain ends.")).Verifier.End(reading.End);
        return reading;
    }

    private static ChainReading Begin(AuditEnd end, IReadOnlyList<AuditCheckpoint> checkpoints) =>
        Guid.TryParse(end.ChainId, out var chainId)
        ? new(new(chainId, checkpoints), new(chainId, end.Sequence, end.TimeMs, end.Hash.ToByteArray()))
        : throw new FailureException($"The server says that its chain is '{end.ChainId}', which is no id of a chain.");

    private void Add(Domain.Audit.AuditLink link)
    {
        Verifier.Add(link);
        try
        {
            var entry = AuditEntryCodec.Read(link.Content);
            if (entry.Stage == Domain.Audit.AuditStage.Begun)
            {
                _begun.TryAdd(entry.CallId, entry);
            }
            else if (entry.Stage == Domain.Audit.AuditStage.Done)
            {
                _begun.Remove(entry.CallId);
            }
        }
        catch (FormatException)
        {
            // The verifier has named it.
        }
    }
}
