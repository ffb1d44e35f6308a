using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Zhice.Client;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Security;

/// <summary>Callers that show certificates.</summary>
[Collection("secured silo")]
public sealed class CallerCertificateTests(SecuredSilo silo)
{
    private static readonly RecommendRequest Question = new() { CustomerId = "c1", PlacementId = "app_home" };

    [Fact]
    public async Task A_certificate_of_the_authority_of_callers_has_the_roles_of_its_subject()
    {
        using var app = silo.Callers.Issue("bank-app");
        using var channel = silo.Connect(app);

        Assert.NotEmpty((await new RecommendationService.RecommendationServiceClient(channel).RecommendAsync(Question)).DecisionId);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await new CampaignService.CampaignServiceClient(channel).ListCampaignsAsync(new()));
        Assert.Equal("ROLE_REQUIRED", GrpcFault.From(refused).Reason);
    }

    [Fact]
    public async Task Certificates_that_are_expired_or_of_others_or_unknown_reach_nothing()
    {
        using var others = new ClusterAuthority();
        using var expired = silo.Callers.Issue("bank-app", isExpired: true);
        using var foreign = others.Issue("bank-app");
        using var server = silo.Callers.Issue("bank-app", isExpired: false, "1.3.6.1.5.5.7.3.1");
        foreach (var certificate in (X509Certificate2[])[expired, foreign, others.Certificate, server])
        {
            Assert.NotEqual(StatusCode.OK, (await AskAsync(certificate)).Code);
        }

        using var stranger = silo.Callers.Issue("stranger");
        Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_INVALID"), await AskAsync(stranger));
        Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_MISSING"), await AskAsync(null));
        Assert.True(silo.Silo.IsAlive);
    }

    private async Task<(StatusCode Code, string Reason)> AskAsync(X509Certificate2? certificate)
    {
        using var channel = silo.Connect(certificate);
        try
        {
            await new RecommendationService.RecommendationServiceClient(channel).RecommendAsync(Question);
            return (StatusCode.OK, "");
        }
        catch (RpcException fault)
        {
            return (fault.StatusCode, GrpcFault.From(fault).Reason);
        }
    }
}
