using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Zhice.Client;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>Callers who are revoked while their tokens last.</summary>
[Collection("secured silo")]
public sealed class RevocationTests(SecuredSilo silo)
{
    [Fact]
    public async Task A_revoked_caller_is_refused_and_others_go_on_until_it_is_lifted()
    {
        var security = new SecurityService.SecurityServiceClient(silo.Channel);
        var (admin, mallory, li) = (
            await silo.AskAsync("guard", "security-admin"), await silo.AskAsync("mallory", "operator"), await silo.AskAsync("li", "operator"));
        Assert.Equal(StatusCode.OK, await AskAsync(mallory));

        await security.RevokeCallerAsync(new() { Kind = RevocationKind.Caller, Id = "mallory", Reason = "laptop stolen" }, admin);
        await UntilAsync(mallory, StatusCode.Unauthenticated);
        Assert.Equal(StatusCode.Unauthenticated, await AskAsync(await silo.AskAsync("mallory", "operator")));
        Assert.Equal(StatusCode.OK, await AskAsync(li));
        var listed = Assert.Single((await security.ListRevocationsAsync(new(), admin)).Revocations, static each => each.Id == "mallory");
        Assert.Equal(("mallory", "guard", "laptop stolen"), (listed.Id, listed.Actor, listed.Reason));

        Assert.True((await security.LiftRevocationAsync(new() { Kind = RevocationKind.Caller, Id = "mallory" }, admin)).WasInForce);
        await UntilAsync(mallory, StatusCode.OK);
    }

    [Fact]
    public async Task A_revocation_of_nothing_of_oneself_or_of_the_past_is_refused()
    {
        var security = new SecurityService.SecurityServiceClient(silo.Channel);
        var admin = await silo.AskAsync("guard", "security-admin");
        var past = new Timestamp { Seconds = 1 };
        foreach (var request in (RevokeCallerRequest[])
            [
                new() { Kind = RevocationKind.Caller, Reason = "r" }, new() { Id = "li", Reason = "r" },
                new() { Kind = RevocationKind.Caller, Id = "guard", Reason = "r" }, new() { Kind = RevocationKind.Token, Id = "t" },
                new() { Kind = RevocationKind.Token, Id = "t", Reason = "r", ExpireTime = past },
            ])
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await security.RevokeCallerAsync(request, admin));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        }
    }

    [Fact]
    public async Task The_open_streams_of_a_revoked_caller_end_on_silo_and_gateway_and_another_s_go_on()
    {
        var gateway = await silo.GetGatewayAsync();
        using var channel = silo.Connect(gateway);
        var (admin, eve, zhao) = (
            await silo.AskAsync("guard", "security-admin"), await silo.AskAsync("eve", "app channel operator", "sms"),
            await silo.AskAsync("zhao", "app"));
        await new CampaignService.CampaignServiceClient(silo.Channel).SaveCampaignAsync(
            new() { Campaign = new() { CampaignId = "eyed", DisplayName = "Eyed", Audience = "true", ActionId = "deposit", PlacementIds = { "sms_text" }, OneOff = new() } },
            eve);
        using var other = new EventService.EventServiceClient(silo.Channel).StreamEvents(zhao);
        await other.RequestStream.WriteAsync(Event("1"));
        Assert.True(await other.ResponseStream.MoveNext(default));
        var ends = new List<Task<string>>();
        foreach (var host in (GrpcChannel[])[silo.Channel, channel])
        {
            var events = new EventService.EventServiceClient(host).StreamEvents(eve);
            await events.RequestStream.WriteAsync(Event("2"));
            Assert.True(await events.ResponseStream.MoveNext(default));
            ends.Add(EndAsync(events.ResponseStream));
            var watch = new CampaignService.CampaignServiceClient(host).WatchCampaign(new() { CampaignId = "eyed" }, eve);
            Assert.True(await watch.ResponseStream.MoveNext(default));
            ends.Add(EndAsync(watch.ResponseStream));
            var contacts = new DeliveryService.DeliveryServiceClient(host).Subscribe(eve);
            await contacts.RequestStream.WriteAsync(new() { Start = new() { ChannelId = "sms", Consumer = "eve", Credits = 1 } });
            ends.Add(EndAsync(contacts.ResponseStream));
        }

        var security = new SecurityService.SecurityServiceClient(silo.Channel);
        await security.RevokeCallerAsync(new() { Kind = RevocationKind.Caller, Id = "eve", Reason = "left" }, admin);

        Assert.Equal(Enumerable.Repeat("CREDENTIALS_INVALID", 6), await Task.WhenAll(ends));
        await other.RequestStream.WriteAsync(Event("3"));
        Assert.True(await other.ResponseStream.MoveNext(default));
        await security.LiftRevocationAsync(new() { Kind = RevocationKind.Caller, Id = "eve" }, admin);
    }

    [Fact]
    public async Task Who_is_revoked_by_the_command_line_at_a_silo_is_refused_by_a_gateway()
    {
        var gateway = await silo.GetGatewayAsync();
        using var channel = silo.Connect(gateway);
        using var folder = new DataFolder();
        var (ivan, token) = (await silo.AskAsync("ivan", "operator"), Path.Combine(folder.Path, "token"));
        await File.WriteAllTextAsync(token, await silo.Provider.AskAsync("guard", "security-admin"), TestContext.Current.CancellationToken);
        Assert.Equal(StatusCode.OK, await AskAsync(ivan, channel));

        await RunAsync("revoke", "ivan", "--reason", "left");
        await UntilAsync(ivan, StatusCode.Unauthenticated, channel);
        Assert.Contains("ivan", await RunAsync("list"), StringComparison.Ordinal);
        await RunAsync("lift", "ivan");
        await UntilAsync(ivan, StatusCode.OK, channel);

        async Task<string> RunAsync(params string[] arguments)
        {
            var done = await Command.RunAsync("dotnet", [
                Repository.Cli, "callers", .. arguments, "--address", $"https://localhost:{silo.Silo.GrpcPort}", "--token-file", token,
                "--ca-file", silo.CaFile]);
            Assert.True(done.ExitCode == 0, done.Output);
            return done.Output;
        }
    }

    private static async Task<string> EndAsync<T>(IAsyncStreamReader<T> stream)
    {
        try
        {
            while (await stream.MoveNext(default))
            {
            }

            return "OK";
        }
        catch (RpcException ended)
        {
            return GrpcFault.From(ended).Reason;
        }
    }

    private static StreamEventsRequest Event(string id) => new()
    {
        Event = new() { CustomerId = "c1", EventTypeId = "login", EventId = id, EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) },
    };

    private async Task UntilAsync(Metadata headers, StatusCode code, GrpcChannel? host = null)
    {
        while (await AskAsync(headers, host) != code)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task<StatusCode> AskAsync(Metadata headers, GrpcChannel? host = null)
    {
        try
        {
            await new CatalogService.CatalogServiceClient(host ?? silo.Channel).GetCatalogAsync(new(), headers);
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
