using Zhice.Api.Identity;

namespace Zhice.Api.Tests.Identity;

/// <summary>Settings of identities that cannot be right are refused with what would be.</summary>
public sealed class IdentityOptionsTests
{
    private static readonly CertificateCaller App = new() { Subject = "CN=bank-app, O=Bank", Roles = "app" };

    public static TheoryData<IdentityOptions, string> Wrong => new()
    {
        { new() { Authority = "https://id.example", Audience = "zhice", KeysFile = "keys.json" }, "the one or the other" },
        { new() { Authority = "http://id.example", Audience = "zhice" }, "https" },
        { new() { Authority = "id.example", Audience = "zhice" }, "https" },
        { new() { Authority = "https://id.example" }, "Audience" },
        { new() { KeysFile = "keys.json", Audience = "zhice" }, "Issuer" },
        { new() { Certificates = [App with { Subject = "" }] }, "Subject" },
        { new() { Certificates = [App with { Subject = "bank-app" }] }, "distinguished name" },
        { new() { Certificates = [App with { Roles = "" }] }, "app, channel, agent" },
        { new() { Certificates = [App with { Roles = "app, operater" }] }, "'operator'" },
        { new() { Certificates = [App, App with { Subject = "CN=bank-app,O=Bank" }] }, "twice" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_settings_are_refused_with_a_sentence(IdentityOptions options, string hint) =>
        Assert.Contains(hint, Assert.Throws<ArgumentException>(options.Checked).Message, StringComparison.Ordinal);

    [Fact]
    public void Right_ones_are_taken() => Assert.All(
        (IdentityOptions[])
        [
            new(), new() { Authority = "https://id.example", Audience = "zhice" },
            new() { Authority = "http://127.0.0.1:5000", Audience = "zhice" },
            new() { KeysFile = "keys.json", Issuer = "us", Audience = "zhice" }, new() { Certificates = [App] },
        ],
        static options => options.Checked());
}
