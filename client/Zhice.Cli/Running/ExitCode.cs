namespace Zhice.Cli.Running;

/// <summary>How a command ended, for scripts. The numbers are part of the contract.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int Interrupted = 130;
}
