using System.Collections.Immutable;
using System.Globalization;
using Zhice.Cli.Running;

namespace Zhice.Cli.Reports;

/// <summary>Which arm is the control, and what each arm should have, as they were typed.</summary>
internal static class LiftShares
{
    private static readonly string[] UsualControls = ["control", "holdout", "none"];

    /// <summary>The number of the control.</summary>
    /// <param name="arms">The names of the arms.</param>
    /// <param name="control">What was typed; null for nothing.</param>
    /// <exception cref="FailureException">There are fewer than two arms.</exception>
    /// <exception cref="UsageException">No arm is named so, or it must be said.</exception>
    public static int FindControl(IReadOnlyList<string> arms, string? control)
    {
        if (arms.Count < 2)
        {
            throw new FailureException(arms.Count == 0
                ? "The file has no row with an arm."
                : $"All rows have the arm '{arms[0]}'; a lift needs a control to compare with.");
        }

        int[] found = control is null
            ? [.. Enumerable.Range(0, arms.Count).Where(arm => UsualControls.Contains(arms[arm], StringComparer.OrdinalIgnoreCase))]
            : [.. Enumerable.Range(0, arms.Count).Where(arm => arms[arm] == control)];
        return found is [var one] ? one : throw new UsageException(control is null
            ? $"Say which arm is the control by --control: {Quote(arms)}."
            : $"No arm is named '{control}'; --control must be one of {Quote(arms)}.");
    }

    /// <summary>What each arm should have.</summary>
    /// <param name="arms">The names of the arms.</param>
    /// <param name="typed">What was typed, "NAME=PARTS" each; none for equal parts.</param>
    /// <exception cref="UsageException">Not each arm has one number above 0.</exception>
    public static ImmutableArray<double> Parse(IReadOnlyList<string> arms, IReadOnlyList<string> typed)
    {
        if (typed.Count == 0)
        {
            return [.. arms.Select(static _ => 1.0)];
        }

        var shares = new double[arms.Count];
        foreach (var each in typed)
        {
            var split = each.LastIndexOf('=');
            var arm = split < 0 ? -1 : arms.ToList().IndexOf(each[..split]);
            var isNumber = double.TryParse(each[(split + 1)..], CultureInfo.InvariantCulture, out var parts) && parts is > 0 and < 1e12;
            if (arm < 0 || !isNumber || shares[arm] != 0)
            {
                throw new UsageException($"--share '{each}' must be an arm, '=' and a number above 0, once for each arm of {Quote(arms)}, "
                    + $"such as --share '{arms[0]}=50'.");
            }

            shares[arm] = parts;
        }

        return shares.Contains(0)
            ? throw new UsageException($"--share is missing for '{arms[Array.IndexOf(shares, 0)]}'; with one share, each arm needs one.")
            : [.. shares];
    }

    private static string Quote(IReadOnlyList<string> arms) =>
        string.Join(", ", arms.Order(StringComparer.Ordinal).Select(static arm => $"'{arm}'"));
}
