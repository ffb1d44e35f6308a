using Zhice.Cli.Running;
using Zhice.Cli.Values;

namespace Zhice.Cli.Reports;

/// <summary>Says that small numbers are not shown.</summary>
internal static class FloorNote
{
    /// <summary>Says it, where it is so.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="fewerThan">The smallest number that is shown; 0: all are.</param>
    public static void Print(Terminal terminal, long fewerThan)
    {
        if (fewerThan > 0)
        {
            terminal.Note(
                $"Lines and numbers of fewer than {NumberText.Customers(fewerThan)} are not shown to your roles, nor others that would tell them: 0 may be more than nobody.");
        }
    }
}
