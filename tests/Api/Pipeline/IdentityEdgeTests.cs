using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Zhice.Api.Hosting;
using Zhice.Api.Identity;
using Zhice.Api.Pipeline;

namespace Zhice.Api.Tests.Pipeline;

/// <summary>Who passes to an endpoint.</summary>
public sealed class IdentityEdgeTests
{
    [Fact]
    public void A_host_with_an_endpoint_that_does_not_say_who_may_call_it_does_not_start()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGet("/open", static () => "").AllowAnyone();
        app.MapGet("/ops", static () => "").RequireRoles(Roles.Ops);
        IdentityEdge.Check(((IEndpointRouteBuilder)app).DataSources);

        app.MapGet("/forgotten", static () => "");
        var refusal = Assert.Throws<InvalidOperationException>(() => IdentityEdge.Check(((IEndpointRouteBuilder)app).DataSources));
        Assert.Contains("/forgotten", refusal.Message, StringComparison.Ordinal);
    }
}
