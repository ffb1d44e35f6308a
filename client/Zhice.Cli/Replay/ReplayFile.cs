using Zhice.BankMarketing;
using Zhice.Cli.Running;

namespace Zhice.Cli.Replay;

/// <summary>A contact of the campaign that is replayed.</summary>
/// <param name="Row">The row in the file, from 1.</param>
/// <param name="CustomerId">The customer who was called.</param>
/// <param name="IsAccepted">Whether they took the deposit.</param>
internal readonly record struct CampaignRow(int Row, string CustomerId, bool IsAccepted);

/// <summary>Finds and reads the campaign's file.</summary>
internal static class ReplayFile
{
    private static readonly string SamplePath = Path.Combine("deploy", "sample", "bank-marketing", "bank-additional-full.csv.gz");

    /// <summary>
    /// Reads a file's contacts, shuffled unless the seed is 0, and of them the first so many; 0: all.
    /// </summary>
    /// <exception cref="FailureException">The sample file is not to be found, or the file has no rows.</exception>
    public static List<CampaignRow> Read(string? file, int maxRows, int seed = 0)
    {
        using var content = File.OpenRead(file ?? FindSample());
        List<CampaignRow> rows = [.. BankMarketingFile.Read(content)
            .Take(maxRows > 0 && seed == 0 ? maxRows : int.MaxValue)
            .Select((r, index) => new CampaignRow(index + 1, r.CustomerId, r.IsAccepted))];
        if (seed != 0)
        {
            new PythonRandom((uint)seed).Shuffle(rows);
            rows = maxRows > 0 && maxRows < rows.Count ? rows[..maxRows] : rows;
        }

        return rows.Count > 0 ? rows : throw new FailureException("The campaign's file has no rows.");
    }

    /// <summary>Reads all calls of the sample's file, in the order of time.</summary>
    public static IEnumerable<BankMarketingRow> ReadCalls()
    {
        using var content = File.OpenRead(FindSample());
        foreach (var row in BankMarketingFile.Read(content))
        {
            yield return row;
        }
    }

    // From the working folder and from the command's own upwards: both may lie anywhere in the repository.
    private static string FindSample()
    {
        foreach (var start in new[] { Directory.GetCurrentDirectory(), AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (Path.Combine(folder.FullName, SamplePath) is var path && File.Exists(path))
                {
                    return path;
                }
            }
        }

        throw new FailureException(
            $"The sample campaign {SamplePath} is not in this folder or one above: name the file, as in 'zhice replay FILE'.");
    }
}
