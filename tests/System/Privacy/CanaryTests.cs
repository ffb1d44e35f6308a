using System.Runtime.Versioning;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Privacy;

/// <summary>
/// A customer with an id and values that nothing else has: nothing of them is in logs, and after the erasure nothing anywhere.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class CanaryTests(ITestOutputHelper output)
{
    private const string Id = "canary-6217000010000002026-xinghua";
    private const int MaxStaleBuffers = 4;
    private const string Wrong = "canary-wrong-13900139000-lixinghua";
    private const string Phone = "canary-phone-13800138000-wangxinghua";

    [Fact]
    public async Task A_canary_is_in_no_log_and_after_its_erasure_in_no_file_and_not_in_memory()
    {
        using var folder = new DataFolder();
        var silo = await SiloProcess.StartSmallAsync(folder.Path, "--Zhice:DecisionLogSample=1", "--Logging:LogLevel:Default=Information");
        await using (silo)
        {
            await LiveAsync(silo);
            Assert.NotEmpty(await FilesWithAsync(folder.Path, Phone));
            Assert.Contains(await HeldAsync(silo), static part => part.Place == "decision_log" && part.Entries.Count > 0);

            var erasure = (await silo.Customers.EraseCustomerAsync(new() { CustomerId = Id, RequestId = "r1", Reason = "asked" })).Erasure;

            Assert.NotNull(erasure.EndTime);
            Assert.All(await HeldAsync(silo), static part => Assert.Empty(part.Entries));
            Assert.Empty(await FilesWithAsync(folder.Path, Phone));
            await AssertRefusedAsync(silo);
            AssertNotLogged(silo);
            await CheckMemoryAsync(silo);
        }
    }

    [Fact]
    public async Task An_erasure_that_is_killed_goes_on_by_itself_when_the_silo_starts_again()
    {
        using var folder = new DataFolder();
        using var keys = new DataFolder();
        var setting = $"--Zhice:KeysFile={WriteKeys(keys.Path)}";
        await using (var silo = await SiloProcess.StartSmallAsync(folder.Path, "--Zhice:DecisionLogSample=1", setting))
        {
            await LiveAsync(silo);

            // Sealed: no value is in a file as it is, and all of it is shown to the person.
            Assert.Empty(await FilesWithAsync(folder.Path, Phone));
            Assert.Contains(
                (await HeldAsync(silo)).SelectMany(static part => part.Entries),
                static entry => entry.ToString().Contains(Phone, StringComparison.Ordinal));
            var erasing = silo.Customers.EraseCustomerAsync(new() { CustomerId = Id, RequestId = "r1", Reason = "asked" }).ResponseAsync;
            await ClusterProcesses.UntilAsync(
                async () => (await silo.Erasures.ListErasuresAsync(new())).Erasures.Count == 1);
            await silo.KillAsync();
            await Assert.ThrowsAnyAsync<RpcException>(() => erasing);
        }

        await using var again = await SiloProcess.StartAsync(folder.Path, "--Zhice:Sample=false", setting);
        await ClusterProcesses.UntilAsync(
            async () => (await again.Erasures.ListErasuresAsync(new())).Erasures[0].EndTime is not null);
        Assert.All(await HeldAsync(again), static part => Assert.Empty(part.Entries));
        Assert.Empty(await FilesWithAsync(folder.Path, Phone));
        await AssertRefusedAsync(again);
    }

    private static string WriteKeys(string folder)
    {
        var path = Path.Combine(folder, "keys.json");
        File.WriteAllText(path, $$"""{"algorithm":"aes-gcm","current":1,"keys":[{"id":1,"key":"{{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}}"}]}""");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static async Task LiveAsync(SiloProcess silo)
    {
        await silo.Customers.UpdateTagsAsync(
            new() { CustomerId = Id, Changes = { Set("phone", new() { StringValue = Phone }), Set("age", new() { IntegerValue = 44 }) } });
        await silo.Events.RecordEventsAsync(new()
        {
            Events = { Enumerable.Range(0, 5).Select(static i => new Event { EventId = $"e{i}", CustomerId = Id, EventTypeId = "login", EventTime = Timestamp.FromDateTime(DateTime.UtcNow) }) },
        });
        await silo.Customers.UpdateConsentAsync(
            new() { CustomerId = Id, ChannelId = "sms", Purpose = Purpose.Marketing, Granted = true, EvidenceId = "form 7" });
        var shown = await silo.Recommendations.RecommendAsync(new() { CustomerId = Id, PlacementId = "app_home" });
        Assert.NotEmpty(shown.DecisionId);
        await silo.Recommendations.RecommendAsync(new() { CustomerId = Id, PlacementId = "sms_text", RequestId = "c1" });

        // Refusals that a caller may be told of, and that no log has.
        await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Customers.UpdateTagsAsync(new() { CustomerId = Id, Changes = { Set("age", new() { StringValue = Wrong }) } }));
        await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Customers.UpdateTagsAsync(new() { CustomerId = Id, Changes = { Set(Wrong, new() { StringValue = Wrong }) } }));
        await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Recommendations.RecommendAsync(new() { CustomerId = Id, PlacementId = Wrong }));
        await ClusterProcesses.UntilAsync(
            async () =>
                (await HeldAsync(silo)).Any(static part => part.Place == "decision_log" && part.Entries.Count > 0) || !silo.IsAlive);
    }

    private static async Task<List<GetCustomerDataResponse>> HeldAsync(SiloProcess silo)
    {
        using var call = silo.Customers.GetCustomerData(new() { CustomerId = Id });
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }

    private static async Task AssertRefusedAsync(SiloProcess silo)
    {
        var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            await silo.Customers.UpdateTagsAsync(new() { CustomerId = Id, Changes = { Set("age", new() { IntegerValue = 1 }) } }));
        Assert.Equal(StatusCode.FailedPrecondition, fault.StatusCode);
        var late = await silo.Events.RecordEventsAsync(new()
        {
            Events = { new Event { EventId = "late", CustomerId = Id, EventTypeId = "login", EventTime = Timestamp.FromDateTime(DateTime.UtcNow) } },
        });
        Assert.Equal(EventOutcome.Refused, late.Results[0].Outcome);
        Assert.Equal(
            StatusCode.NotFound,
            (
                await Assert.ThrowsAsync<RpcException>(
                    async () => await silo.Customers.GetCustomerAsync(new() { CustomerId = Id }))).StatusCode);
    }

    private static void AssertNotLogged(SiloProcess silo)
    {
        Assert.Contains("info:", silo.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Phone, silo.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Wrong, silo.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Id, silo.Log, StringComparison.Ordinal);
    }

    // Of the customer's grain nothing is left after a collection. Buffers that wait to be used again may hold bytes of old messages and
    // statements, as docs/security/erasure.md says: some few, of which other customers' calls overwrite most.
    private async Task CheckMemoryAsync(SiloProcess silo)
    {
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async lane =>
        {
            for (var i = 0; i < 100; i++)
            {
                var other = $"other-{lane}-{i}-{new string('x', 30)}";
                var tag = Set("phone", new() { StringValue = new string('y', 250) });
                await silo.Customers.UpdateTagsAsync(new() { CustomerId = other, Changes = { tag } });
                await silo.Recommendations.RecommendAsync(new() { CustomerId = other, PlacementId = "app_home" });
            }
        }));
        ProcessMemory.Collect(silo.ProcessId);
        var traces = ProcessMemory.Find(silo.ProcessId, Phone);
        output.WriteLine(
            $"{traces.Count} traces of the value, {ProcessMemory.Find(silo.ProcessId, Id).Count} of the id\n{string.Join('\n', traces)}");
        Assert.InRange(traces.Count, 0, MaxStaleBuffers);
    }

    private static async Task<string[]> FilesWithAsync(string folder, string text)
    {
        var found = await Command.RunAsync("grep", "-rlaF", "-e", text, folder);
        return found.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static TagChange Set(string tag, V1.Value value) => new() { TagId = tag, Set = value };
}
