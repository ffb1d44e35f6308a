using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// The kept benchmarks of what a bank decides, without a silo round it; tests/Benchmarks/domain.sh builds this and starts it.
// In this process, as the benchmarks use what the compiler of this build made; a process for each would be built anew.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddColumn(StatisticColumn.Median, StatisticColumn.Min, StatisticColumn.Max)
    .AddExporter(MarkdownExporter.GitHub, JsonExporter.Brief)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine("artifacts", "bench", "domain"));
return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config).Any(static summary => summary.HasCriticalValidationErrors) ? 1 : 0;
