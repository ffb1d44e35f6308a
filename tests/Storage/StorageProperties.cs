using FsCheck.Xunit;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Xunit;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Tests;

/// <summary>The storage against a dictionary, whatever is done in whatever order.</summary>
[Trait("Category", "Slow")]
public sealed class StorageProperties
{
    private static readonly GrainId[] Grains = [.. ((string[])["020235", "20235", "客户", "a/b"]).Select(StorageHarness.Customer)];

    public enum Step
    {
        Read,
        Write,
        WriteStale,
        Clear,
        ClearStale,
        Reopen,
    }

    [Property(MaxTest = 40)]
    public async Task One_activation_after_another_sees_what_a_dictionary_would((Step Step, byte Grain)[] steps)
    {
        using var folder = new TempFolder();
        var harness = new StorageHarness(folder.Path);
        var model = new Dictionary<GrainId, (int Count, string Tag)>();
        var past = new List<(GrainId Grain, string? Tag)>();
        for (var i = 0; i < steps.Length; i++)
        {
            var grain = Grains[steps[i].Grain % Grains.Length];
            var known = model.TryGetValue(grain, out var current);
            var state = new GrainState<Counter>(new Counter { Count = i }, known ? current.Tag : null);
            var stale = past.Where(old => old.Grain == grain && old.Tag != state.ETag)
                .Select(static old => old.Tag)
                .LastOrDefault("999999");
            switch (steps[i].Step)
            {
                case Step.Read:
                    var found = await harness.ReadAsync(grain);
                    Assert.Equal(
                        (known, known ? current.Count : 0, known ? current.Tag : null),
                        (found.RecordExists, found.State!.Count, found.ETag));
                    break;
                case Step.Write:
                    past.Add((grain, state.ETag));
                    await harness.WriteAsync(grain, state);
                    model[grain] = (i, state.ETag!);
                    break;
                case Step.WriteStale:
                    state.ETag = stale;
                    await Assert.ThrowsAsync<InconsistentStateException>(() => harness.WriteAsync(grain, state));
                    break;
                case Step.Clear:
                    past.Add((grain, state.ETag));
                    await harness.ClearAsync(grain, state);
                    model.Remove(grain);
                    break;
                case Step.ClearStale when known:
                    state.ETag = stale;
                    await Assert.ThrowsAsync<InconsistentStateException>(() => harness.ClearAsync(grain, state));
                    break;
                case Step.Reopen:
                    await harness.DisposeAsync();
                    harness = new StorageHarness(folder.Path);
                    break;
            }
        }

        Assert.Equal(model.Count, await harness.Storage.CountAsync("customer"));
        await harness.DisposeAsync();
    }

    [Property(MaxTest = 15)]
    public async Task Every_acknowledged_increment_of_many_rival_activations_is_kept_and_no_other(int seed)
    {
        using var folder = new TempFolder();
        var kept = new int[Grains.Length];
        var perhaps = new int[Grains.Length];
        await using (var harness = new StorageHarness(folder.Path, store => new FaultyStore(store, seed)))
        {
            await Task.WhenAll(
                Enumerable.Range(0, 12).Select(i => Task.Run(() => IncrementAsync(harness, new Random(seed + i), kept, perhaps))));
        }

        await using var again = new StorageHarness(folder.Path);
        for (var i = 0; i < Grains.Length; i++)
        {
            var count = (await again.ReadAsync(Grains[i])).State!.Count;
            Assert.True(count >= kept[i] && count <= kept[i] + perhaps[i], $"seed {seed}: {count} of {kept[i]} to {kept[i] + perhaps[i]}");
        }
    }

    // Each rival reads, adds one and writes. A stale write is certainly not kept, nor one that found the store away; one
    // whose outcome could not be found out leaves it open.
    private static async Task IncrementAsync(StorageHarness harness, Random dice, int[] kept, int[] perhaps)
    {
        for (var i = 0; i < 25; i++)
        {
            var grain = dice.Next(Grains.Length);
            var state = await harness.ReadAsync(Grains[grain]);
            state.State!.Count++;
            try
            {
                await harness.WriteAsync(Grains[grain], state);
                Interlocked.Increment(ref kept[grain]);
            }
            catch (InconsistentStateException)
            {
            }
            catch (StoreUnavailableException fault) when (fault.Message == FaultyStore.Away)
            {
            }
            catch (StoreUnavailableException)
            {
                Interlocked.Increment(ref perhaps[grain]);
            }
        }
    }
}
