using System.Globalization;
using Zhice.Contracts.Bulk;
using Zhice.Domain.Audit;
using ImportRequest = Zhice.V1.ImportRequest;

namespace Zhice.Grains.Bulk;

/// <summary>What the audit keeps of the end of an operation, of which the call that began it has only the beginning.</summary>
internal static class BulkAudit
{
    /// <summary>The entry of an operation that ended: which file, and how many rows.</summary>
    public static AuditEntry Ended(BulkRecord record, BulkFault fault)
    {
        var import = record.Kind == BulkKind.Import ? ImportRequest.Parser.ParseFrom(record.Request) : null;
        var progress = record.Progress;
        return new()
        {
            Stage = AuditStage.Done,
            CallId = Guid.CreateVersion7(),
            Actor = "",
            Method = $"zhice.v1.BulkService/{record.Kind}",
            TargetKind = "operation",
            TargetId = $"operations/{record.OperationId}",
            Outcome = fault == BulkFault.None ? "OK" : $"{fault}",
            Changes =
            [
                .. import is null ? (AuditChange[])[] : [new("file_name", "", import.FileName), new("sha256", "", import.Sha256)],
                new("rows", "", Text(progress.Rows)),
                new("loaded_rows", "", Text(progress.Loaded)),
                new("rejected_rows", "", Text(progress.Rejected)),
            ],
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
