using Google.LongRunning;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.Client;
using Zhice.V1;

namespace Zhice.Cli.Bulk;

/// <summary>Imports and exports for people.</summary>
internal static class OperationText
{
    public static string GetId(Operation operation) => operation.Name[(operation.Name.IndexOf('/', StringComparison.Ordinal) + 1)..];

    public static string State(Operation operation) => operation.ResultCase switch
    {
        Operation.ResultOneofCase.Error =>
            EnumName.Words((Grpc.Core.StatusCode)operation.Error.Code) == "cancelled" ? "cancelled" : "failed",
        Operation.ResultOneofCase.Response => "done",
        _ => EnumName.Words(operation.Metadata.Unpack<BulkMetadata>().Phase),
    };

    public static string Summary(Operation operation)
    {
        var about = operation.Metadata.Unpack<BulkMetadata>();
        var verb = about.Kind == "import" ? "loaded" : "written";
        var rejected = about.Kind == "import" ? $", {NumberText.Count(about.RejectedRows)} rejected" : "";
        if (!operation.Done)
        {
            return $"{State(operation)}: {NumberText.Count(about.Rows)} rows ({about.Fraction:P0}), {NumberText.Count(about.LoadedRows)} {verb}{rejected}, {about.RowsPerSecond:N0}/s.";
        }

        var seconds = Math.Max((about.EndTime.ToDateTimeOffset() - about.CreateTime.ToDateTimeOffset()).TotalSeconds, 0.001);
        var repeated = about.RepeatedRows > 0 ? $", {NumberText.Count(about.RepeatedRows)} of a customer of an earlier row" : "";
        return $"{NumberText.Count(about.LoadedRows)} rows {verb}{rejected}{repeated}, in {seconds:0.0} s ({NumberText.Count((long)(about.Rows / seconds))}/s).";
    }

    /// <summary>What became of a file with rows of erased customers; empty when it had none.</summary>
    public static string Erased(Operation operation) => operation.Metadata.Unpack<BulkMetadata>().ErasedRows is > 0 and var rows
        ? $"{NumberText.Count(rows)} rows are of customers who were erased: the uploaded file is deleted. Take them out of its source."
        : "";

    public static void PrintError(Terminal terminal, Operation operation)
    {
        if (!terminal.IsJson)
        {
            terminal.Error(FaultPrinter.InALine(GrpcFault.From(operation.Error)));
        }
    }
}
