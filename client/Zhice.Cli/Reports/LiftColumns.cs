using Zhice.Cli.Running;
using Zhice.Files.Tables;

namespace Zhice.Cli.Reports;

/// <summary>Which columns of a file a report of lift reads, as they were typed.</summary>
internal sealed record LiftColumns
{
    /// <summary>Says each customer's arm.</summary>
    public required string Arm { get; init; }

    /// <summary>What customers did or did not do.</summary>
    public required string[] Outcomes { get; init; }

    /// <summary>Amounts.</summary>
    public required string[] Amounts { get; init; }

    /// <summary>What puts customers into groups; several together.</summary>
    public required string[] By { get; init; }

    /// <summary>What was known of each customer from before the experiment.</summary>
    public string? Covariate { get; init; }

    /// <summary>The places of the columns in a file.</summary>
    /// <exception cref="FailureException">The file lacks one of them; the message names it and those that there are.</exception>
    public LiftPlaces FindIn(TableReader table, string file)
    {
        int? covariate = Covariate is null ? null : Find(Covariate);
        return new(Find(Arm), [.. Outcomes.Select(Find)], [.. Amounts.Select(Find)], [.. By.Select(Find)], covariate);

        int Find(string column) => TableCells.Find(table, file, column);
    }
}

/// <summary>The places of a report's columns in a file.</summary>
internal sealed record LiftPlaces(int Arm, int[] Outcomes, int[] Amounts, int[] By, int? Covariate)
{
    /// <summary>All of them.</summary>
    public IEnumerable<int> All => [Arm, .. Outcomes, .. Amounts, .. By, .. Covariate is { } covariate ? [covariate] : Array.Empty<int>()];
}
