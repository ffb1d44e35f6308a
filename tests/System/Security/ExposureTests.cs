using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>Hosts that would let strangers in do not start, and say what to set.</summary>
public sealed class ExposureTests
{
    [Theory]
    [InlineData("Production", "ASPNETCORE_ENVIRONMENT")]
    [InlineData("Development", "development identity", "--Zhice:Address=0.0.0.0")]
    [InlineData(
        "Production", "Zhice:Tls:CertificateFile", "--Zhice:Address=0.0.0.0", "--Zhice:Identity:Authority=https://id.example",
        "--Zhice:Identity:Audience=zhice")]
    [InlineData("Production", "Audience", "--Zhice:Identity:Authority=https://id.example")]
    [InlineData("Production", "https URL", "--Zhice:Identity:Authority=http://id.example", "--Zhice:Identity:Audience=zhice")]
    [InlineData("Production", "'Authority'", "--Zhice:Identity:Autority=https://id.example")]
    [InlineData(
        "Production", "KeyFile", "--Zhice:Tls:CertificateFile=api.pem", "--Zhice:Identity:Authority=https://id.example",
        "--Zhice:Identity:Audience=zhice")]
    public async Task A_silo_that_would_let_strangers_in_does_not_start(string environment, string hint, params string[] settings)
    {
        using var folder = new DataFolder();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.StartByAsync(
            ["env", $"ASPNETCORE_ENVIRONMENT={environment}"], folder.Path, ServiceProcess.FreePorts(4),
            ["--Zhice:Store=memory", .. settings]));

        Assert.Contains("did not start", refused.Message, StringComparison.Ordinal);
        Assert.Contains(hint, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }
}
