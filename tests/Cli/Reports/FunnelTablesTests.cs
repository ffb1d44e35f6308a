using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Tests.Reports;

/// <summary>What people read of a funnel.</summary>
[Collection("Console")]
public sealed class FunnelTablesTests
{
    [Fact]
    public void Each_outcome_has_a_line_of_its_own_so_that_no_contact_counts_twice()
    {
        var output = Print(
            [],
            new ReportLine
            {
                Contacted = 10,
                Outcomes =
                {
                    new OutcomeTotal { OutcomeId = "opened", Converted = 8, ConvertedAgain = 3, Booked = 11, BookedFen = 1_250_000 },
                    new OutcomeTotal { OutcomeId = "came_back", Converted = 9, Booked = 9 },
                },
            });

        Assert.Matches(@"opened\s+8\s+3\s+11\s+12,500\.00", output);
        Assert.Matches(@"came_back\s+9\s+0\s+9\s+0\.00", output);
        Assert.DoesNotContain("17", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_day_waits_and_what_has_no_contact_says_so()
    {
        Assert.Contains("(now waiting)", Print([ReportDimension.Day], new ReportLine { Keys = { "" }, Waiting = 4 }), StringComparison.Ordinal);
        var booked = new ReportLine { Keys = { "" }, Outcomes = { new OutcomeTotal { OutcomeId = "opened", Booked = 2 } } };
        Assert.Contains("(no contact)", Print([ReportDimension.Channel], booked), StringComparison.Ordinal);
        Assert.Contains("(none)", Print([ReportDimension.Arm], new ReportLine { Keys = { "" }, Contacted = 1 }), StringComparison.Ordinal);
    }

    private static string Print(ReportDimension[] by, params ReportLine[] lines)
    {
        var (output, before) = (new StringWriter(), Console.Out);
        try
        {
            Console.SetOut(output);
            FunnelTables.Print(
                Terminal.Open(isJson: false),
                new() { AsOfTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch), Lines = { lines } }, by);
            return output.ToString();
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
