using Zhice.Contracts.Bulk;
using Zhice.Grains.Bulk;

namespace Zhice.Grains.Tests.Bulk;

/// <summary>An import whose file ends the silo is not begun for ever.</summary>
public sealed class AttemptsTests
{
    private static readonly BulkRecord Import = new() { Kind = BulkKind.Import };

    [Fact]
    public void Three_attempts_without_a_row_are_made_and_no_fourth()
    {
        var record = Import;
        for (var i = 0; i < 3; i++)
        {
            record = Attempts.Begin(record);
            Assert.False(Attempts.IsStalled(record));
        }

        Assert.True(Attempts.IsStalled(Attempts.Begin(record)));
    }

    [Fact]
    public void An_attempt_that_came_further_counts_from_one_again()
    {
        var record = Attempts.Begin(Attempts.Begin(Attempts.Begin(Import)));
        for (var rows = 1; rows < 10; rows++)
        {
            record = Attempts.Begin(record with { Progress = new(rows, rows, 0, 0, 0.1, 0) });
            Assert.False(Attempts.IsStalled(record));
        }
    }

    [Fact]
    public void Silos_that_are_stopped_in_order_and_exports_do_not_count()
    {
        var (stopped, export) = (Import, Import with { Kind = BulkKind.Export });
        for (var i = 0; i < 10; i++)
        {
            stopped = Attempts.GiveBack(Attempts.Begin(stopped));
            export = Attempts.Begin(export);
        }

        Assert.False(Attempts.IsStalled(Attempts.Begin(stopped)));
        Assert.False(Attempts.IsStalled(export));
    }
}
