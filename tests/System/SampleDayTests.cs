using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>A day of traffic. That it is played, ReplayTests tell, which have the sample bank.</summary>
[Collection("small bank")]
public sealed class SampleDayTests(SmallBank bank)
{
    [Fact]
    public async Task A_day_is_played_on_the_sample_bank_alone()
    {
        var refused = await Command.RunAsync("dotnet", Repository.Cli, "sample", "play", "--address", bank.Silo.GrpcAddress);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("This is not the sample bank", refused.Errors, StringComparison.Ordinal);
    }
}
