using System.CommandLine;
using Grpc.Core;
using Zhice.Client;

namespace Zhice.Cli.Running;

/// <summary>Says what went wrong with a call, and what would be right.</summary>
internal static class FaultPrinter
{
    public static void Print(Terminal terminal, GrpcFault fault, ParseResult parsed)
    {
        var sentence = Sentence(fault, parsed);
        if (terminal.IsJson)
        {
            terminal.ErrorJson(ObjectJson.Serialize(new
            {
                error = new
                {
                    code = FormatStatus(fault.Code),
                    reason = fault.Reason,
                    message = fault.Sentence is { Length: > 0 } plain && !fault.IsUnreachable ? plain : sentence,
                    localizedMessage = fault.LocalizedSentence,
                    metadata = fault.Metadata,
                    fields = fault.Fields.Select(f => new { path = f.Path, message = f.Sentence }),
                    retryAfterSeconds = fault.RetryAfter?.TotalSeconds,
                },
            }));
            return;
        }

        terminal.Error(sentence, ["path", "what is wrong"], fault.Fields.Select(f => new[] { f.Path, f.Sentence }));
    }

    /// <summary>A fault in a line: its sentence, the pause it asks for, and its reason for those who look it up.</summary>
    public static string InALine(GrpcFault fault)
    {
        var pause = fault.RetryAfter is { } after ? $" Try again in {after.TotalSeconds:0.###} s." : "";
        return $"{fault.Sentence}{pause} ({(fault.Reason.Length > 0 ? fault.Reason : FormatStatus(fault.Code))})";
    }

    private static string Sentence(GrpcFault fault, ParseResult parsed)
    {
        if (fault.IsUnreachable)
        {
            return $"No server answers at {parsed.GetValue(GlobalOptions.Address)}: start one with 'dotnet run -c Release --project silo', "
                + $"or say where it is with --address or {GlobalOptions.AddressVariable}.";
        }

        return fault is { Code: StatusCode.DeadlineExceeded, Reason: "" }
            ? $"No answer came within {parsed.GetValue(GlobalOptions.Timeout):0.###} s, so the outcome is not known; --timeout gives it longer."
            : InALine(fault);
    }

    // As the gRPC guide writes them.
    private static string FormatStatus(StatusCode code) => EnumName.UpperSnake(code.ToString());
}
