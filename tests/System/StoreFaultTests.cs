using Google.Rpc;
using Grpc.Core;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests;

/// <summary>The store is full or gone: an error to the caller, never a false acknowledgement, and it heals by itself.</summary>
public sealed class StoreFaultTests
{
    [Fact]
    public async Task A_database_file_that_is_gone_is_an_error_to_the_caller_and_the_process_lives_on()
    {
        using var folder = new DataFolder();
        await using var silo = await SiloProcess.StartSmallAsync(folder.Path);
        await Login(silo, "before");
        await silo.Recommendations.RecommendAsync(new RecommendRequest { CustomerId = "reader", PlacementId = "app_home" });

        foreach (var file in Directory.GetFiles(folder.Path, "zhice.db*"))
        {
            File.Delete(file);
        }

        var fault = await Assert.ThrowsAsync<RpcException>(() => Login(silo, "after"));
        Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
        Assert.NotNull(fault.GetRpcStatus()!.GetDetail<RetryInfo>());
        Assert.True(silo.IsAlive);

        // Who is in memory is still answered.
        await silo.Recommendations.RecommendAsync(new RecommendRequest { CustomerId = "reader", PlacementId = "app_home" });
    }

    [FactAsRoot]
    public async Task A_full_disk_refuses_acknowledges_nothing_falsely_and_heals_when_there_is_room()
    {
        using var disk = await SmallDisk.MountAsync(megabytes: 8);
        var acknowledged = 0;
        await using (var silo = await SiloProcess.StartSmallAsync(disk.Path))
        {
            var ballast = Path.Combine(disk.Path, "ballast");
            await FillUp(ballast);
            var fault = await Assert.ThrowsAsync<RpcException>(async () =>
            {
                for (; acknowledged < 20_000; acknowledged++)
                {
                    await Login(silo, $"full-{acknowledged}");
                }
            });
            Assert.Equal(StatusCode.Unavailable, fault.StatusCode);

            File.Delete(ballast);
            await LoginAsACallerShould(silo, $"full-{acknowledged}");
            acknowledged++;
            await silo.KillAsync();
        }

        await using var again = await SiloProcess.StartSmallAsync(disk.Path);
        var customer = (await again.Customers.GetCustomerAsync(new GetCustomerRequest { CustomerId = "c" })).Customer;
        Assert.Equal(acknowledged, customer.Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue);
    }

    private static async Task Login(SiloProcess silo, string eventId) => await silo.Events.RecordEventsAsync(new RecordEventsRequest
    {
        Events = { new Event { EventId = eventId, CustomerId = "c", EventTypeId = "login" } },
    });

    // UNAVAILABLE says after which pause the same call, with the same id, is worth repeating.
    private static async Task LoginAsACallerShould(SiloProcess silo, string eventId)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await Login(silo, eventId);
                return;
            }
            catch (RpcException fault) when (fault.StatusCode == StatusCode.Unavailable && tries < 10)
            {
                await Task.Delay(fault.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());
            }
        }
    }

    private static async Task FillUp(string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                await file.WriteAsync(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // No room is left.
        }
    }
}
