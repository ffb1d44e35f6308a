using Grpc.Core;

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
        var listed = Assert.Single((await security.ListRevocationsAsync(new(), admin)).Revocations);
        Assert.Equal(("mallory", "guard", "laptop stolen"), (listed.Id, listed.Actor, listed.Reason));

        Assert.True((await security.LiftRevocationAsync(new() { Kind = RevocationKind.Caller, Id = "mallory" }, admin)).WasInForce);
        await UntilAsync(mallory, StatusCode.OK);
    }

    [Fact]
    public async Task A_revocation_of_nothing_of_oneself_or_of_the_past_is_refused()
    {
        var security = new SecurityService.SecurityServiceClient(silo.Channel);
        var admin = await silo.AskAsync("guard", "security-admin");
        var past = new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 1 };
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

    private async Task UntilAsync(Metadata headers, StatusCode code)
    {
        while (await AskAsync(headers) != code)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private async Task<StatusCode> AskAsync(Metadata headers)
    {
        try
        {
            await new CatalogService.CatalogServiceClient(silo.Channel).GetCatalogAsync(new(), headers);
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
