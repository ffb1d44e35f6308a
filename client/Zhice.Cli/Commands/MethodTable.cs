using Google.Protobuf.Collections;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>Lifts by other methods, as a table.</summary>
internal static class MethodTable
{
    /// <summary>Prints the lines of which another method gives something.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="keys">The columns of their keys.</param>
    public static void Print(Terminal terminal, RepeatedField<LiftLine> lines, Column[] keys)
    {
        var found = lines.Where(static line =>
            line.AmountWinsorisedFen is not null || line.AmountBootstrapFen is not null || line.Stratified is not null).ToList();
        if (found.Count == 0)
        {
            return;
        }

        terminal.Table(
            "the same by other methods (read at the end)",
            [.. keys, "amount, winsorised", "amount, bootstrap", "difference within tiers", "amount within tiers"],
            found.Select(static line => (string[])
            [
                .. line.Keys, Text(line.AmountWinsorisedFen, NumberText.Yuan), Text(line.AmountBootstrapFen, NumberText.Yuan),
                Text(line.Stratified, ReportHoldoutCommand.Percent), Text(line.AmountStratifiedFen, NumberText.Yuan),
            ]));
    }

    private static string Text(LiftEstimate? estimate, Func<double, string> format) =>
        estimate is null ? "" : ReportHoldoutCommand.Text(estimate, format);
}
