using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Grains.Deliveries.Webhooks;

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
        await UntilAsync(async () => (await records.ListCounts("", null, 100)).Where(count => count.ChannelId == "hook").Sum(count => count.Count) == 3);

        var ends = (await records.ListCounts("", null, 100)).Where(count => count.ChannelId == "hook").ToDictionary(count => count.Outcome, count => count.Count);
        Assert.Equal((2, 1), (ends[DeliveryOutcome.Sent], ends[DeliveryOutcome.GivenUp]));
        Assert.Equal("A deposit", grid.Hook.Received["hook-fine"].Content.Title);
        Assert.Equal((1, 2), (grid.Hook.CallsOf("hook-gone"), grid.Hook.CallsOf("hook-busy")));
        Assert.StartsWith("127.0.0.1 answered 410", Assert.Single(await records.ListDead("hook", null, 10)).Reason, StringComparison.Ordinal);
        Assert.Equal((1, 0), await grid.UseAsync("hook-fine"));
        Assert.Equal((0, 0), await grid.UseAsync("hook-gone"));
    }

    [Fact]
    public void A_signature_holds_for_its_body_its_secret_and_a_while()
    {
        var (now, body) = (DateTimeOffset.FromUnixTimeSeconds(1_767_225_600), "{}"u8.ToArray());
        var signature = WebhookSignature.Of("secret", now, body);

        Assert.True(WebhookSignature.Holds(signature, "secret", body, now.AddMinutes(4), TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds(signature, "secret", body, now.AddMinutes(6), TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds(signature, "other", body, now, TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds(signature, "secret", "[]"u8, now, TimeSpan.FromMinutes(5)));
        Assert.False(WebhookSignature.Holds("nonsense", "secret", body, now, TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void A_webhook_that_is_set_wrongly_says_what_is_wrong_and_never_its_secret()
    {
        var fine = new WebhookOptions { Channel = "sms", Url = new("https://gateway.bank/contacts"), Secret = "0123456789abcdef" };

        Assert.Equal(fine, fine.Checked());
        Assert.DoesNotContain("0123456789abcdef", fine.ToString(), StringComparison.Ordinal);
        Assert.Contains("secret", Assert.Throws<ArgumentException>(() => (fine with { Secret = "short" }).Checked()).Message, StringComparison.Ordinal);
        Assert.Contains("ftp", Assert.Throws<ArgumentException>(() => (fine with { Url = new("ftp://x") }).Checked()).Message, StringComparison.Ordinal);
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
