using System.Collections.Immutable;

namespace Zhice.Grains.Erasures;

/// <summary>What stays of every customer who is erased, and why.</summary>
internal static class ErasureRemainders
{
    /// <summary>The list, by the settings.</summary>
    public static ImmutableArray<ErasureCertificate.Remainder> List(ErasureOptions options)
    {
        var kept = ImmutableArray.CreateBuilder<ErasureCertificate.Remainder>();
        kept.Add(new("erasure_tombstone", "The salted hash of the id, so that a late event or a restored backup brings nobody back (PIPL Art. 47). Until it is lifted."));
        kept.Add(
            new("erasure_request", "This certificate, without the id: the proof that the request was carried out (PIPL Art. 47, 51)."));
        kept.Add(new("audit_entry", "Who did what, when and from where, with the customer's id: entries are only added, and the law asks for them (Cybersecurity Law Art. 21, PIPL Art. 51, 54)."));
        kept.Add(
            new(
                "models",
                "Sums over many customers' answers; no row of one person, and none can be computed from them (PIPL Art. 4: anonymised)."));
        kept.Add(
            new(
                "delivery_count, journey_count, stock",
                "Numbers of contacts, moves and units; they name nobody (PIPL Art. 4: anonymised)."));
        if (options.ConsentEvidenceDays > 0)
        {
            kept.Add(new("erasure_evidence", $"Consent statements by the hash of the id, without evidence and actor, for {options.ConsentEvidenceDays} days: proof that consent was given or withdrawn (PIPL Art. 14, 47)."));
        }

        if (options.ContactEvidenceDays > 0)
        {
            kept.Add(new("erasure_evidence", $"The number of contacts on each day by the hash of the id, for {options.ContactEvidenceDays} days: proof of what was sent (PIPL Art. 47)."));
        }

        kept.Add(new("backups and the database's own files", "What was removed stays in backups until they end, and in the files of PostgreSQL until vacuum and the log's reuse: see docs/security/erasure.md."));
        return kept.ToImmutable();
    }
}
