// What the PostgreSQL store does: durable writes per second by flushers, and cold reads per second beside a query for each.
//   dotnet run -c Release --project tests/Benchmarks/Zhice.StoreBench -- "Host=127.0.0.1;Port=5432;Username=zhice;Database=zhice"
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Domain.Audit;
using Zhice.Postgres;
using Zhice.Storage.Commits;
using Zhice.Storage.Postgres;
using Zhice.Storage.Postgres.Connections;
using Zhice.Storage.Postgres.States;
using Zhice.Storage.Reads;
using Zhice.Storage.States;
using Zhice.StoreBench;

const int Customers = 50_000;
const int StateBytes = 600;
const int Callers = 1_000;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["seal"])
{
    SealBench.Run();
    return 0;
}

if (args is ["facts", var facts])
{
    await FactBench.RunAsync(facts);
    return 0;
}

if (args is not [var connection])
{
    Console.Error.WriteLine("usage: Zhice.StoreBench CONNECTION_STRING | facts CONNECTION_STRING | seal");
    return 2;
}

var place = new PostgresStore(connection, "bench");
await using var store = await PostgresBackend.OpenAsync(place, NullLogger.Instance);
StateKey[] keys = [.. Enumerable.Range(0, Customers).Select(static i => new StateKey("customer", "state", BitConverter.GetBytes(i)))];
var versions = new long[Customers];

await WriteAllAsync();
foreach (var flushers in (int[])[1, 2, 4, 1, 2, 4])
{
    await MeasureWritesAsync(flushers);
}

foreach (var readers in (int[])[1, 2, 4])
{
    await MeasureReadsAsync(readers);
}

await MeasureSingleReadsAsync();
foreach (var (silos, batch) in ((int, int)[])[(1, 1), (1, 64), (1, 512), (3, 512)])
{
    await MeasureAuditAsync(silos, batch);
}

return 0;

async Task WriteAllAsync()
{
    foreach (var chunk in keys.Index().Chunk(500))
    {
        StateWrite[] writes = [.. chunk.Select(entry => StateWrite.Create(entry.Item, 0, Payload())).OrderBy(static write => write.Key)];
        await store.WriteAsync(writes);
        foreach (var (index, key) in chunk)
        {
            versions[index] = (await store.ReadAsync(key))!.Value.Version;
        }
    }
}

async Task MeasureWritesAsync(int flushers)
{
    await using var committer = new GroupCommitter(store, new() { Flushers = flushers }, TimeProvider.System, NullLogger.Instance);
    using var end = new CancellationTokenSource(TimeSpan.FromSeconds(8));
    var latencies = new List<double>[Callers];
    var watch = Stopwatch.StartNew();
    await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
    {
        // Each caller writes customers of its own, as a grain does.
        var (mine, times) = (caller, latencies[caller] = []);
        while (!end.IsCancellationRequested)
        {
            var start = Stopwatch.GetTimestamp();
            var outcome = await committer.WriteAsync(StateWrite.Create(keys[mine], versions[mine], Payload()));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            versions[mine] = outcome.IsWritten ? outcome.Version : throw new InvalidOperationException("A lone writer's write was stale.");
            mine = (mine + Callers) % Customers;
        }
    })));
    double[] sorted = [.. latencies.SelectMany(static times => times).Order()];
    Console.WriteLine($"writes, {flushers} flushers: {sorted.Length / watch.Elapsed.TotalSeconds,9:N0}/s, p50 {sorted[sorted.Length / 2]:0.0} ms, p99 {sorted[sorted.Length * 99 / 100]:0.0} ms");
}

async Task MeasureReadsAsync(int readers)
{
    var reader = new PostgresReader(new PostgresPools(place));
    await using var reads = new BulkReads(reader.ReadAsync, readers, 2 * Callers);
    Print($"cold reads in bulk, {readers} readers", await ReadAllAsync(async key => (await reads.ReadAsync(key))!.Value.Payload));
}

async Task MeasureSingleReadsAsync()
{
    var reader = new PostgresReader(new PostgresPools(place));
    using var few = new SemaphoreSlim(16);
    Print("cold reads, a query for each, 16 at once", await ReadAllAsync(async key =>
    {
        await few.WaitAsync();
        try
        {
            return (await reader.ReadAsync([key]))[0]!.Value.Payload;
        }
        finally
        {
            few.Release();
        }
    }));
}

async Task<TimeSpan> ReadAllAsync(Func<StateKey, Task<byte[]>> read)
{
    var watch = Stopwatch.StartNew();
    var next = -1;
    await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
    {
        for (int i; (i = Interlocked.Increment(ref next)) < Customers;)
        {
            await read(keys[(i * 7919L) % Customers]);
        }
    })));
    return watch.Elapsed;
}

// Silos that add entries at once wait for each other at the end of the chain.
async Task MeasureAuditAsync(int silos, int batch)
{
    AuditEntry[] entries = [.. Enumerable.Range(0, batch).Select(static i => new AuditEntry
    {
        Stage = AuditStage.Done, CallId = Guid.CreateVersion7(), Actor = "wang", Roles = "operator", Address = "10.1.2.3",
        Method = "zhice.v1.CustomerService/UpdateTags",
        TargetKind = "customer", TargetId = $"6222{i:D12}", Outcome = "OK", Changes = [new("tags[age]", "***", "***")],
    })];
    var (watch, count) = (Stopwatch.StartNew(), 0L);
    await Task.WhenAll(Enumerable.Range(0, silos).Select(_ => Task.Run(async () =>
    {
        for (; watch.Elapsed < TimeSpan.FromSeconds(5); Interlocked.Add(ref count, batch))
        {
            await store.Audit.AppendAsync(entries);
        }
    })));
    Console.WriteLine($"audit, {silos} silos, {batch} entries at once: {count / watch.Elapsed.TotalSeconds,9:N0}/s");
}

void Print(string what, TimeSpan took) => Console.WriteLine($"{what}: {Customers / took.TotalSeconds,9:N0}/s");

static byte[] Payload()
{
    var payload = new byte[StateBytes];
    Random.Shared.NextBytes(payload);
    return payload;
}
