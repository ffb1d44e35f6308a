using Google.Protobuf;
using Zhice.Api.Requests;
using Zhice.Contracts.Audit;
using Zhice.Domain.Audit;
using Zhice.V1;

namespace Zhice.Api.Audit;

/// <summary>Entries as the contract shows them.</summary>
internal static class AuditMap
{
    // The last millisecond of the year 9999.
    private const long MaxMs = 253_402_300_799_999;

    /// <summary>An entry that was found.</summary>
    public static V1.AuditEntry ToEntry(AuditLine line)
    {
        var shown = new V1.AuditEntry { Sequence = line.Sequence, Time = Values.ToTimestamp(Math.Clamp(line.AtMs, 0, MaxMs)) };
        try
        {
            var entry = AuditEntryCodec.Read(line.Content);
            shown.Stage = (V1.AuditStage)entry.Stage;
            shown.CallId = $"{entry.CallId}";
            shown.Actor = entry.Actor;
            shown.Roles = entry.Roles;
            shown.Address = entry.Address;
            shown.Method = entry.Method;
            shown.TargetKind = entry.TargetKind;
            shown.TargetId = entry.TargetId;
            shown.RequestId = entry.RequestId;
            shown.Outcome = entry.Outcome;
            shown.OmittedChanges = entry.OmittedChanges;
            shown.Unrecorded = entry.Unrecorded;
            shown.Changes.AddRange(
                entry.Changes.Select(static change =>
                    new V1.AuditChange { Path = change.Path, Before = change.Before, After = change.After }));
        }
        catch (FormatException)
        {
            shown.Unreadable = true;
        }

        return shown;
    }

    /// <summary>A link of the chain.</summary>
    public static V1.AuditLink ToLink(AuditLine line) => new()
    {
        Sequence = line.Sequence,
        TimeMs = line.AtMs,
        Content = UnsafeByteOperations.UnsafeWrap(line.Content),
        Hash = UnsafeByteOperations.UnsafeWrap(line.Hash),
    };
}
