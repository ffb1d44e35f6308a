using Zhice.Cli.Running;

namespace Zhice.Cli.Tests.Reports;

/// <summary>Runs a command within the process. The console is the process's own: classes that use it are of the collection Console.</summary>
internal static class ConsoleRun
{
    public static async Task<(int Exit, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error, before, errorBefore) = (new StringWriter(), new StringWriter(), Console.Out, Console.Error);
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            var exit = await CommandLine.RunAsync(ZhiceCommand.Create(), arguments);
            return (exit, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(before);
            Console.SetError(errorBefore);
        }
    }
}
