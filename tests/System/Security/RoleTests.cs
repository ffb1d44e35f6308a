using Grpc.Core;
using Zhice.Client;

namespace Zhice.SystemTests.Security;

/// <summary>What callers may do: each method for the roles that it names, and nobody one's own approval.</summary>
[Collection("secured silo")]
public sealed class RoleTests(SecuredSilo silo)
{
    private static readonly string[] Roles =
        ["app", "channel", "agent", "analyst", "operator", "approver", "data", "ops", "system-admin", "security-admin", "audit-admin"];

    [Fact, Trait("Category", "Quick")]
    public async Task Every_method_refuses_every_role_that_it_does_not_name()
    {
        var none = await silo.AskAsync("nobody", "");
        var tokens = new Dictionary<string, Metadata>();
        foreach (var role in Roles)
        {
            tokens[role] = await silo.AskAsync($"only {role}", role);
        }

        foreach (var method in RawMethods.All)
        {
            var fault = await RawMethods.CallAsync(silo.Channel, method, none);
            Assert.Equal((method.FullName, StatusCode.PermissionDenied, "ROLE_REQUIRED"), (method.FullName, fault!.Code, fault.Reason));
            var named = fault.Metadata["roles"].Split(", ");
            Assert.NotEmpty(named);
            foreach (var role in Roles.Except(named))
            {
                var refused = await RawMethods.CallAsync(silo.Channel, method, tokens[role]);
                Assert.Equal((method.FullName, role, StatusCode.PermissionDenied), (method.FullName, role, refused?.Code ?? StatusCode.OK));
            }
        }
    }

    [Fact]
    public async Task A_gateway_has_the_deliveries_of_its_own_channels_only()
    {
        var deliveries = new DeliveryService.DeliveryServiceClient(silo.Channel);
        var sms = await silo.AskAsync("sms gateway", "channel", "sms");

        Assert.Equal("CHANNEL_NOT_ALLOWED", await SubscribeAsync(deliveries, "app", sms));
        Assert.Equal("CHANNEL_NOT_ALLOWED", await SubscribeAsync(deliveries, "sms", await silo.AskAsync("no channel", "channel")));
        Assert.Equal("", await SubscribeAsync(deliveries, "sms", sms));
        await deliveries.ListWaitingContactsAsync(new() { ChannelId = "sms" }, sms);
        Assert.Equal(
            "CHANNEL_NOT_ALLOWED",
            await FailAsync(async () => await deliveries.ListWaitingContactsAsync(new() { ChannelId = "app" }, sms)));
        Assert.Equal(
            "CHANNEL_NOT_ALLOWED", await FailAsync(async () => await deliveries.ListWaitingContactsAsync(new() { CampaignId = "c" }, sms)));
        Assert.Equal("CHANNEL_NOT_ALLOWED", await FailAsync(async () => await deliveries.ListDeadLettersAsync(new(), sms)));
    }

    [Fact]
    public async Task Nobody_approves_what_they_wrote_whatever_their_roles_are()
    {
        var campaigns = new CampaignService.CampaignServiceClient(silo.Channel);
        var (li, wang) = (await silo.AskAsync("li", "operator approver"), await silo.AskAsync("wang", "operator approver"));
        Campaign campaign = new() { CampaignId = "own", DisplayName = "Own", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() };

        var saved = await campaigns.SaveCampaignAsync(new() { Campaign = campaign }, li);
        Assert.Equal("li", saved.Status.Author);
        var own = new ApproveCampaignRequest { CampaignId = "own", Etag = saved.Status.Etag };
        Assert.Equal("OWN_APPROVAL", await FailAsync(async () => await campaigns.ApproveCampaignAsync(own, li)));

        // Another name in a header changes nothing.
        var forged = await silo.AskAsync("li", "operator approver");
        forged.Add("x-zhice-user", "wang");
        Assert.Equal("OWN_APPROVAL", await FailAsync(async () => await campaigns.ApproveCampaignAsync(own, forged)));
        Assert.Equal("wang", (await campaigns.ApproveCampaignAsync(own, wang)).Status.Approver);
    }

    private static async Task<string> SubscribeAsync(DeliveryService.DeliveryServiceClient deliveries, string channel, Metadata headers)
    {
        using var call = deliveries.Subscribe(headers);
        await call.RequestStream.WriteAsync(new() { Start = new() { ChannelId = channel, Consumer = "test", Credits = 1 } });
        await call.RequestStream.CompleteAsync();
        return await FailAsync(async () =>
        {
            while (await call.ResponseStream.MoveNext(default))
            {
            }
        });
    }

    // The reason; empty when it went well.
    private static async Task<string> FailAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException fault)
        {
            return GrpcFault.From(fault).Reason;
        }
    }
}
