using System.CommandLine;
using System.CommandLine.Parsing;
using Grpc.Core;
using Zhice.Catalogs.Yaml;
using Zhice.Client;

namespace Zhice.Cli.Running;

/// <summary>Runs a command line: from what was typed to the exit code.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs; what cannot be parsed ends with <see cref="ExitCode.WrongUsage"/>.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            var terminal = Terminal.Open(args.Contains(GlobalOptions.Json.Name));
            terminal.Error($"{InALine(parsed.Errors.Select(e => e.Message).Distinct())} See '{GetPath(parsed.CommandResult)} --help'.");
            return ExitCode.WrongUsage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    }

    /// <summary>Gives a command its body, and every body the same handling of faults.</summary>
    public static Command Runs(this Command command, Func<Session, Task<int>> body)
    {
        command.SetAction((parsed, cancellation) => RunAsync(parsed, body, cancellation));
        return command;
    }

    /// <summary>As the other, for a body that can only succeed or throw.</summary>
    public static Command Runs(this Command command, Func<Session, Task> body) => command.Runs(async session =>
    {
        await body(session).ConfigureAwait(false);
        return ExitCode.Done;
    });

    private static async Task<int> RunAsync(ParseResult parsed, Func<Session, Task<int>> body, CancellationToken cancellation)
    {
        var terminal = Terminal.Open(parsed.GetValue(GlobalOptions.Json));
        try
        {
            using var session = new Session(parsed, terminal, cancellation);
            return await body(session).ConfigureAwait(false);
        }
        catch (Exception e) when (cancellation.IsCancellationRequested && e is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            terminal.Error("Interrupted.");
            return ExitCode.Interrupted;
        }
        catch (RpcException e)
        {
            FaultPrinter.Print(terminal, GrpcFault.From(e), parsed);
            return ExitCode.Failed;
        }
        catch (UsageException e)
        {
            terminal.Error(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (Exception e) when (e is FailureException or IOException or UnauthorizedAccessException or InvalidDataException or CatalogFileException)
        {
            terminal.Error(e.Message);
            return ExitCode.Failed;
        }
    }

    private static string InALine(IEnumerable<string> messages) =>
        string.Join(' ', string.Join(' ', messages).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    private static string GetPath(SymbolResult? result) => result is CommandResult command
        ? $"{GetPath(command.Parent)} {command.Command.Name}".TrimStart()
        : "";
}
