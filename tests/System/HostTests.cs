using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>The host: what it starts with, what it refuses, what it serves beside gRPC.</summary>
[Collection("small bank")]
public sealed class HostTests(SmallBank bank)
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task A_second_silo_on_the_same_data_folder_is_refused_with_a_sentence()
    {
        using var folder = new DataFolder();
        await using var first = await SiloProcess.StartSmallAsync(folder.Path);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.StartAsync(folder.Path));

        Assert.Contains("did not start", refused.Message, StringComparison.Ordinal);
        Assert.Contains(folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.True(first.IsAlive);
    }

    [Fact]
    public async Task A_silo_in_memory_serves_as_any_other_and_leaves_nothing_behind()
    {
        using var folder = new DataFolder();
        var login = new Event { EventId = "1", CustomerId = "020235", EventTypeId = "login", EventTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow) };
        for (var start = 0; start < 2; start++)
        {
            await using var silo = await SiloProcess.StartSmallAsync(folder.Path, "--Zhice:Store=memory");

            var twice = await silo.Events.RecordEventsAsync(new() { Events = { login, login } });

            Assert.Equal([EventOutcome.Recorded, EventOutcome.Duplicate], twice.Results.Select(static result => result.Outcome));
            Assert.Equal(1, (await silo.Audiences.CountAudienceAsync(new() { Audience = new() { Expression = "true" } })).Total);
            Assert.Equal(0, await silo.StopAsync());
        }

        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("--Zhice:GrpcPrt=1", "GrpcPort")]
    [InlineData("--Zhice:CustomerIdleAge=00:00:01", "CustomerIdleAge")]
    [InlineData("--Zhice:Address=nowhere", "127.0.0.1")]
    [InlineData("--Zhice:Store=postgre", "'postgres'")]
    [InlineData("--Zhice:Store=postgres", "ConnectionStrings:Zhice")]
    [InlineData("--Zhice:ClusterTls:CertificateFile=silo.pem", "KeyFile and CaFile")]
    [InlineData("--Zhice:ClusterTls:KyFile=silo.key", "'KeyFile'")]
    [InlineData("--Zhice:ServiceId=No!", "ServiceId")]
    [InlineData("--Zhice:MemoryTargetPercent=90", "MemoryLimitPercent")]
    public async Task A_wrong_setting_stops_the_host_with_a_sentence(string setting, string hint)
    {
        using var folder = new DataFolder();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.StartAsync(folder.Path, setting));

        Assert.Contains("did not start", refused.Message, StringComparison.Ordinal);
        Assert.Contains(hint, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_PostgreSQL_that_is_not_there_is_waited_for_and_its_password_is_never_told()
    {
        using var folder = new DataFolder();
        var port = ServiceProcess.FreePorts(1)[0];

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SiloProcess.StartAsync(
            folder.Path, "--Zhice:Store=postgres", "--Zhice:StoreWait=00:00:03",
            $"--ConnectionStrings:Zhice=Host=127.0.0.1;Port={port};Username=zhice;Password=geheim;Database=zhice"));

        Assert.Contains("Waiting for PostgreSQL", refused.Message, StringComparison.Ordinal);
        Assert.Contains("did not start: PostgreSQL was not there for", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_as_an_operator_asks_for_ends_well_and_loses_nothing()
    {
        using var folder = new DataFolder();
        await using (var silo = await SiloProcess.StartSmallAsync(folder.Path))
        {
            await silo.Events.RecordEventsAsync(new RecordEventsRequest
            {
                Events = { new Event { EventId = "e", CustomerId = "c", EventTypeId = "login" } },
            });
            Assert.Equal(0, await silo.StopAsync());
        }

        await using var again = await SiloProcess.StartSmallAsync(folder.Path);
        var customer = (await again.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = "c" })).Customer;
        Assert.Equal(1, customer.Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue);
    }

    [Fact]
    public async Task Health_is_served_by_grpc_and_by_http()
    {
        var health = new Health.HealthClient(bank.Silo.Channel);

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync($"{bank.Silo.HttpAddress}/healthz")).StatusCode);
    }

    [Fact]
    public async Task Reflection_is_off_unless_asked_for()
    {
        var method = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming, "grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo",
            Marshallers.Create(bytes => bytes, bytes => bytes), Marshallers.Create(bytes => bytes, bytes => bytes));

        using var call = bank.Silo.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, default);
        var fault = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.Unimplemented, fault.StatusCode);
    }

    [Fact]
    public async Task Curl_works_too()
    {
        var answer = await Http.PostAsJsonAsync(
            $"{bank.Silo.HttpAddress}/v1/recommendations:recommend",
            new { customerId = "rest", placementId = "app_home", context = new { age = new { integerValue = "33" } } });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("fund", body.GetProperty("recommendations")[0].GetProperty("actionId").GetString());
    }

    [Fact]
    public async Task An_error_over_http_carries_its_details()
    {
        var answer = await Http.PostAsJsonAsync(
            $"{bank.Silo.HttpAddress}/v1/recommendations:recommend", new { customerId = "rest", placementId = "app_home", limit = 0 });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Contains("google.rpc.ErrorInfo", body, StringComparison.Ordinal);
        Assert.Contains("\"limit\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_dashboard_shows_a_customer_masked()
    {
        await bank.Silo.Customers.UpdateTagsAsync(new UpdateTagsRequest
        {
            CustomerId = "watched",
            Changes =
            {
                new TagChange { TagId = "age", Set = new Value { IntegerValue = 41 } },
                new TagChange { TagId = "phone", Set = new Value { StringValue = "13900000000" } },
            },
        });

        using var answer = await Http.GetAsync($"{bank.Silo.HttpAddress}/dashboard/");
        var page = await answer.Content.ReadAsStringAsync();
        var state = await Http.GetStringAsync(
            $"{bank.Silo.HttpAddress}/dashboard/GrainState?grainId=watched&grainType=Zhice.Grains.Customers.CustomerGrain");

        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Contains("<html", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("41", state, StringComparison.Ordinal);
        Assert.DoesNotContain("13900000000", state, StringComparison.Ordinal);
    }
}
