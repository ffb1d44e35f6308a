using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Grains.Deliveries.Webhooks;
using Zhice.Samples.WebhookReceiver;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>Contacts that are posted to a URL.</summary>
public sealed class WebhookTests(DeliveryGrid grid) : IClassFixture<DeliveryGrid>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    [Fact, Trait("Category", "Quick")]
    public async Task A_contact_is_posted_signed_and_its_end_is_what_the_receiver_answers()
    {
        foreach (var customer in new[] { "hook-fine", "hook-gone", "hook-busy" })
        {
            await grid.SendAsync(customer, "push_text", "hook");
        }

        var records = grid.Services(0).GetRequiredService<IGrainFactory>().GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);
        await UntilAsync(async () =>
            (await records.ListCounts("", null, 100)).Where(count => count.ChannelId == "hook").Sum(count => count.Count) == 3);

        var ends = (await records.ListCounts("", null, 100))
            .Where(count => count.ChannelId == "hook")
            .ToDictionary(count => count.Outcome, count => count.Count);
        Assert.Equal((2, 1), (ends[DeliveryOutcome.Sent], ends[DeliveryOutcome.GivenUp]));
        Assert.Equal("A deposit", grid.Hook.Received["hook-fine"].Content.Title);
        Assert.Equal((1, 2), (grid.Hook.CallsOf("hook-gone"), grid.Hook.CallsOf("hook-busy")));
        Assert.StartsWith(
            "127.0.0.1 answered 410", Assert.Single(await records.ListDead("hook", null, 10)).Reason, StringComparison.Ordinal);
        Assert.Equal((1, 0), await grid.UseAsync("hook-fine"));
        Assert.Equal((0, 0), await grid.UseAsync("hook-gone"));
    }

    [Fact]
    public void A_signature_holds_for_its_body_its_secret_and_a_while()
    {
        var (now, body) = (DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), "{}"u8.ToArray());
        var signature = WebhookSignature.Compute("secret", now, body);

        Assert.True(WebhookSignature.Holds(signature, "secret", body, now.AddMinutes(4), TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds(signature, "secret", body, now.AddMinutes(6), TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds(signature, "other", body, now, TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds(signature, "secret", "[]"u8, now, TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds("nonsense", "secret", body, now, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_connected_to_unless_that_is_allowed()
    {
        using var http = new HttpClient(WebhookSender.CreateHandler(allowLocal: false));

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() =>
            http.GetAsync(new Uri($"http://localhost:{grid.Hook.Url.Port}/")));

        Assert.Contains("AllowLocal", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("::", true)]
    [InlineData("fe80::1", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("2001:db8::1", false)]
    public void An_address_of_this_machine_or_link_is_local(string address, bool isLocal) =>
        Assert.Equal(isLocal, WebhookConnection.IsLocal(IPAddress.Parse(address)));

    [Fact]
    public async Task The_sample_verifiers_take_what_is_signed_and_refuse_what_is_old_or_changed()
    {
        const string Secret = "0123456789abcdef";
        var (now, body) = (DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), Encoding.UTF8.GetBytes("{\"contactId\":\"c-客户\"}"));
        var signature = WebhookSignature.Compute(Secret, now, body);
        (string Secret, string? Signature, byte[] Body, int AgeSeconds, bool IsValid)[] requests =
        [
            (Secret, signature, body, 0, true),
            (Secret, signature, body, 299, true),
            (Secret, signature, body, -299, true),
            (Secret, signature, body, 301, false),
            (Secret, signature, body, -301, false),
            ("another secret of 16", signature, body, 0, false),
            (Secret, signature, [.. body, 32], 0, false),
            (Secret, signature.ToUpperInvariant(), body, 0, false),
            (Secret, signature[..^1], body, 0, false),
            (Secret, "", body, 0, false),
            (Secret, null, body, 0, false),
            (Secret, "t=1767225600", body, 0, false),
            (Secret, signature + ",v1=0", body, 0, false),
        ];

        Assert.All(requests, request => Assert.Equal(
            request.IsValid,
            new WebhookVerifier([request.Secret], TimeSpan.FromMinutes(5))
                .IsValid(request.Signature, request.Body, now.AddSeconds(request.AgeSeconds))));
        Assert.True(new WebhookVerifier(["the next secret", Secret], TimeSpan.FromMinutes(5)).IsValid(signature, body, now));

        var script = Path.Combine(AppContext.BaseDirectory, "webhook-verifier.mjs");
        var calls = string.Join(", ", requests.Select(request =>
            $"isValid(['{request.Secret}'], {(request.Signature is null ? "undefined" : $"'{request.Signature}'")}, "
            + $"Buffer.from('{Convert.ToHexString(request.Body)}', 'hex'), 300, {now.ToUnixTimeSeconds() + request.AgeSeconds})"));
        var node = new ProcessStartInfo("node") { RedirectStandardOutput = true };
        string[] arguments =
            ["--input-type=module", "-e", $"import {{ isValid }} from '{new Uri(script)}'; console.log(JSON.stringify([{calls}]));"];
        Array.ForEach(arguments, node.ArgumentList.Add);
        using var process = Process.Start(node)!;
        var told = await process.StandardOutput.ReadToEndAsync();
        Assert.Equal(requests.Select(static request => request.IsValid), JsonSerializer.Deserialize<bool[]>(told)!);
    }

    [Fact]
    public void A_webhook_that_is_set_wrongly_says_what_is_wrong_and_never_its_secret()
    {
        var fine = new WebhookOptions { Channel = "sms", Url = new("https://gateway.bank/contacts"), Secret = "0123456789abcdef" };

        Assert.Equal(fine, fine.Checked());
        Assert.DoesNotContain("0123456789abcdef", fine.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "secret", Assert.Throws<ArgumentException>(() => (fine with { Secret = "short" }).Checked()).Message, StringComparison.Ordinal);
        Assert.All(
            (string[])[
                "http://localhost:8080/contacts", "http://127.1.2.3/", "http://[::1]/", "http://169.254.169.254/latest/meta-data",
                "http://[fe80::1]/", "http://0.0.0.0/"],
            url =>
            {
                var local = fine with { Url = new(url) };
                Assert.Contains("AllowLocal", Assert.Throws<ArgumentException>(local.Checked).Message, StringComparison.Ordinal);
                Assert.NotNull((local with { AllowLocal = true }).Checked());
            });
        Assert.Contains(
            "ftp", Assert.Throws<ArgumentException>(() => (fine with { Url = new("ftp://x") }).Checked()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_webhook_posts_to_a_host_of_the_list_only()
    {
        var webhook = new WebhookOptions { Channel = "sms", Url = new("https://gateway.bank/contacts"), Secret = "0123456789abcdef" };

        Assert.Equal(webhook, webhook.CheckedFor(""));
        Assert.Equal(webhook, webhook.CheckedFor("other.bank; GATEWAY.bank"));
        Assert.All((string[])["other.bank", "bank", "gateway.bank.evil.example"], hosts => Assert.Contains(
            "WebhookHosts", Assert.Throws<ArgumentException>(() => webhook.CheckedFor(hosts)).Message, StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var left = Longest; !await holds(); left -= TimeSpan.FromMilliseconds(100))
        {
            Assert.True(left > TimeSpan.Zero, "It did not come about.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
