using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.V1;
using ValueFigure = Zhice.V1.ValueFigure;

namespace Zhice.Cli.Tests.Reports;

/// <summary>What people read of the figures by which a bank is judged, as the silos tell them.</summary>
[Collection("Console")]
public sealed class ValueTablesTests
{
    [Fact]
    public void Each_figure_has_its_unit_and_the_customers_of_whom_it_is_known()
    {
        var output = Print(new()
        {
            Days = 30,
            CustomersNotOver = 12,
            Lines =
            {
                new ValueLine
                {
                    Contacted = 1_000, HeldOut = 100, Keys = { "gold" },
                    Figures =
                    {
                        Of(ValueKind.Active, 0.5, 0.4), Of(ValueKind.Aum, 1_234_500, 1_000_000), Of(ValueKind.Nps, 0.25, -0.1),
                        new ValueFigure { Kind = ValueKind.Churned, Refusal = "Say who has churned." },
                    },
                },
            },
        }, ValueDimension.Tier);

        Assert.Contains("tier gold: 1,000 customers contacted, 100 held out", output, StringComparison.Ordinal);
        Assert.Matches(@"active within 30 days \(MAU\)\s+50\.00 %\s+900\s+40\.00 %\s+90\s+10\.00 %", output);
        Assert.Matches(@"AUM now, yuan a customer\s+12,345\.00\s+900\s+10,000\.00", output);
        Assert.Matches(@"NPS, points\s+25\.0\s+900\s+-10\.0", output);
        Assert.Contains("Say who has churned.", output, StringComparison.Ordinal);
        Assert.Contains("The 30 days after it are not over for 12 customers", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_and_too_few_are_told_apart()
    {
        Assert.Contains("Nobody was contacted or held out yet", Print(new() { Days = 30 }, ValueDimension.None), StringComparison.Ordinal);
        Assert.Contains("Fewer than 10 customers", Print(new() { Days = 30, FewerThan = 10 }, ValueDimension.None), StringComparison.Ordinal);
    }

    private static ValueFigure Of(ValueKind kind, double contacted, double heldOut) => new()
    {
        Kind = kind, Contacted = contacted, HeldOut = heldOut, ContactedCustomers = 900, HeldOutCustomers = 90,
        Difference = new() { Value = contacted - heldOut, Low = contacted - heldOut, High = contacted - heldOut, IsClear = true, PValue = 0.01 }, AdjustedPValue = 0.02,
    };

    private static string Print(GetValueResponse value, ValueDimension by)
    {
        var (output, before) = (new StringWriter(), Console.Out);
        value.AsOfTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch);
        try
        {
            Console.SetOut(output);
            ValueTables.Print(Terminal.Open(isJson: false), value, by);
            return output.ToString();
        }
        finally
        {
            Console.SetOut(before);
        }
    }
}
