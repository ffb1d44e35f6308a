using Google.Api;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http;
using Zhice.Api.Audit;
using Zhice.V1;

namespace Zhice.Api.Tests.Audit;

/// <summary>How the audit names what a refused request wanted.</summary>
public sealed class AccessedMethodTests
{
    private static readonly Google.Protobuf.Reflection.MethodDescriptor Erase =
        CustomerService.Descriptor.FindMethodByName("EraseCustomer");

    [Fact]
    public void A_rest_request_is_found_by_its_method_and_by_the_customer_of_its_path()
    {
        var http = Create(new GrpcJsonTranscodingMetadata(Erase, new HttpRule { Post = "/v1/customers/{customer_id}:erase" }));
        http.Request.RouteValues["customer_id"] = "00\uD8007";

        Assert.Equal("zhice.v1.CustomerService/EraseCustomer", AccessedMethod.FindName(http));
        Assert.Equal(new AuditTarget(AuditTarget.Customer, "00/7"), AccessedMethod.FindTarget(http));
    }

    [Fact]
    public void What_a_path_names_is_a_campaign_or_an_audience_where_it_names_no_customer()
    {
        var http = Create();
        Assert.Equal(AuditTarget.None, AccessedMethod.FindTarget(http));

        http.Request.RouteValues["audience_id"] = "vip";
        Assert.Equal(new AuditTarget(AuditTarget.Audience, "vip"), AccessedMethod.FindTarget(http));
        http.Request.RouteValues["campaign_id"] = "spring";
        Assert.Equal(new AuditTarget(AuditTarget.Campaign, "spring"), AccessedMethod.FindTarget(http));
    }

    [Fact]
    public void Pages_are_named_by_their_path()
    {
        Assert.Equal("dashboard/grains", AccessedMethod.FindName(Create()));
        Assert.Equal("dashboard/grains", AccessedMethod.FindName(new DefaultHttpContext { Request = { Path = "/dashboard/grains" } }));
    }

    private static DefaultHttpContext Create(params object[] metadata)
    {
        var http = new DefaultHttpContext { Request = { Path = "/dashboard/grains" } };
        http.SetEndpoint(new Microsoft.AspNetCore.Http.Endpoint(null, new EndpointMetadataCollection(metadata), "page"));
        return http;
    }
}
