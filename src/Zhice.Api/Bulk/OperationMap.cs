using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Bulk;
using Zhice.V1;

namespace Zhice.Api.Bulk;

/// <summary>Bulk operations as <c>google.longrunning</c> shows them.</summary>
internal static class OperationMap
{
    public const string Collection = "operations";

    private const int IdDigits = 32;

    public static Operation ToOperation(BulkRecord record)
    {
        var isImport = record.Kind == BulkKind.Import;
        var import = isImport ? ImportRequest.Parser.ParseFrom(record.Request) : null;
        var progress = record.Progress;
        var isDone = record.Phase == Contracts.Bulk.BulkPhase.Done;
        var operation = new Operation
        {
            Name = $"{Collection}/{record.OperationId}",
            Done = isDone,
            Metadata = Any.Pack(new BulkMetadata
            {
                Kind = isImport ? "import" : "export",
                Phase = (V1.BulkPhase)record.Phase,
                Rows = progress.Rows,
                LoadedRows = progress.Loaded,
                RejectedRows = progress.Rejected,
                RepeatedRows = progress.Repeated,
                ErasedRows = progress.Erased,
                EstimatedRows = progress.Fraction > 0 ? (long)(progress.Rows / progress.Fraction) : 0,
                Fraction = progress.Fraction,
                RowsPerSecond = record.Phase == Contracts.Bulk.BulkPhase.Running ? progress.RowsPerSecond : 0,
                CreateTime = Values.ToTimestamp(record.CreatedAtMs),
                EndTime = isDone ? Values.ToTimestamp(record.EndedAtMs) : null,
                FileName = import?.FileName ?? "",
                Sha256 = import?.Sha256 ?? "",
            }),
        };
        if (isDone && record.Fault != BulkFault.None)
        {
            operation.Error = ApiError.Create(ToErrorReason(record.Fault), record.Sentence);
        }
        else if (isDone)
        {
            operation.Response = isImport
                ? Any.Pack(new ImportResult
                {
                    Rows = progress.Rows,
                    LoadedRows = progress.Loaded,
                    RejectedRows = progress.Rejected,
                    RejectFileBytes = progress.Rejected == 0 ? 0 : progress.FileBytes,
                    RepeatedRows = progress.Repeated,
                    ErasedRows = progress.Erased,
                })
                : Any.Pack(new ExportResult
                {
                    Rows = progress.Rows,
                    FileBytes = progress.FileBytes,
                    AsOfTime = progress.AsOfMs == 0 ? null : Values.ToTimestamp(progress.AsOfMs),
                    UnreadableCustomers = progress.Unreadable,
                });
        }

        return operation;
    }

    /// <summary>The id in the name of an operation.</summary>
    public static string ReadName(string name, RequestCheck check)
    {
        var id = name.StartsWith(Collection + "/", StringComparison.Ordinal) ? name[(Collection.Length + 1)..] : "";
        // The parser passes over white space around it.
        if (id.Length != IdDigits || !Guid.TryParseExact(id, "N", out _) || id.Any(char.IsAsciiLetterUpper))
        {
            check.Add("name", FieldReasons.Malformed, $"must be {Collection}/ and the operation's id, 32 hexadecimal digits");
        }

        return id;
    }

    public static RpcException NotFound(string name) =>
        ApiError.Fail(ErrorReasons.OperationNotFound, "There is no such operation, or it is no longer kept.", ("name", name));

    private static ErrorReason ToErrorReason(BulkFault fault) => fault switch
    {
        BulkFault.FaultyFile => ErrorReasons.FileFaulty,
        BulkFault.TooManyRejects => ErrorReasons.TooManyRejects,
        BulkFault.FolderFull => ErrorReasons.FolderFull,
        BulkFault.Cancelled => ErrorReasons.Cancelled,
        _ => ErrorReasons.InternalFault,
    };
}
