using Google.Protobuf.Reflection;
using Zhice.Api;
using Zhice.Api.Calls;
using Zhice.Api.Events;
using Zhice.Api.Identity;
using Zhice.Api.Pipeline;

namespace Zhice.Api.Tests.Pipeline;

/// <summary>What the pipeline knows of each method.</summary>
public sealed class ApiMethodTests
{
    private static readonly MethodDescriptor[] Methods = [.. ApiService.All.SelectMany(static service => service.Contract.Methods)];

    [Fact]
    public void Every_service_of_the_contract_is_served() => Assert.Empty(
        V1.RecommendationService.Descriptor.File.Dependencies.Append(V1.RecommendationService.Descriptor.File)
            .Concat(ApiService.All.Select(static service => service.Contract.File))
            .SelectMany(static file => file.Services).Distinct().Except(ApiService.All.Select(static service => service.Contract)));

    [Fact]
    public void Every_method_says_its_class_and_has_a_gate()
    {
        var gates = new CallGates(new ApiOptions(), new SilentStreams(TimeProvider.System));
        Assert.All(Methods, method => Assert.NotNull(gates.Find(PathOf(method))));
    }

    [Fact]
    public void Every_stream_of_a_client_says_how_large_its_messages_may_be_and_no_other_method_does() => Assert.All(
        Methods, static method => Assert.Equal(method.IsClientStreaming, ApiMethods.Find(PathOf(method))!.MaxMessageBytes is not null));

    [Fact]
    public void A_call_that_is_repeated_with_a_request_id_has_one_in_its_request() => Assert.All(
        Methods.Where(static method =>
            ApiMethods.Find(PathOf(method))!.Call.Repeat is RepeatRule.WithRequestId or RepeatRule.UnlessCounted),
        static method => Assert.NotNull(method.InputType.FindFieldByName("request_id")));

    [Fact]
    public void Every_method_names_roles_that_may_call_it_and_none_is_for_all_of_them() => Assert.All(Methods, static method =>
    {
        var roles = ApiMethods.Find(PathOf(method))!.Call.Roles;
        Assert.NotEqual(Roles.None, roles);
        Assert.False(roles.HasFlag(Roles.App | Roles.Analyst), method.FullName);
    });

    [Theory]
    [InlineData(Roles.Analyst)]
    [InlineData(Roles.Approver)]
    [InlineData(Roles.SystemAdmin)]
    [InlineData(Roles.SecurityAdmin)]
    public void Those_who_see_no_single_customer_may_call_no_method_whose_request_names_one(Roles role) => Assert.DoesNotContain(
        Methods.Where(static method => method.InputType.FindFieldByName("customer_id") is not null && method.Name != "SimulateJourneys"),
        method => ApiMethods.Find(PathOf(method))!.Call.Roles.HasFlag(role));

    [Fact]
    public void Every_method_that_changes_something_or_names_a_customer_states_what_is_audited_of_it() => Assert.All(
        Methods.Where(static method =>
            ApiMethods.Find(PathOf(method))!.Call.Class is CallClass.Write or CallClass.Bulk
                || method.InputType.FindFieldByName("customer_id") is not null),
        static method => Assert.NotEqual(AuditRule.Unstated, ApiMethods.Find(PathOf(method))!.Call.Audit));

    [Fact]
    public void Of_writes_only_events_and_checkpoints_are_not_audited_as_changes() => Assert.Equal(
        ["CreateAuditCheckpoint", "RecordEvents"],
        Methods.Where(static method => ApiMethods.Find(PathOf(method))!.Call is { Class: CallClass.Write, Audit: not AuditRule.Change })
            .Select(static method => method.Name)
            .Order());

    private static string PathOf(MethodDescriptor method) => $"/{method.Service.FullName}/{method.Name}";
}
