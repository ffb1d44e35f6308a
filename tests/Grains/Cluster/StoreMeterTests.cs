using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Grains.Cluster;

namespace Zhice.Grains.Tests.Cluster;

public sealed class StoreMeterTests
{
    [Fact]
    public void It_measures_commits_from_the_first_question_on_and_says_what_waits_in_this_host_alone()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (here, elsewhere) = (services.GetRequiredService<IMeterFactory>(), others.GetRequiredService<IMeterFactory>());
        var commits = here.Create("Zhice.Storage").CreateHistogram<double>("zhice.storage.commit.duration");
        here.Create("Zhice.Storage").CreateObservableGauge("zhice.storage.writes_waiting", static () => 7);
        elsewhere.Create("Zhice.Storage").CreateObservableGauge("zhice.storage.writes_waiting", static () => 1_000);
        using var meter = new StoreMeter(TimeProvider.System, here);
        commits.Record(1);

        var first = meter.Read();
        Assert.Equal(0, first.Seconds);
        Assert.Contains(new("writes", 7), first.Queues);

        commits.Record(0.004);
        elsewhere.Create("Zhice.Storage").CreateHistogram<double>("zhice.storage.commit.duration").Record(1);
        var next = meter.Read();
        Assert.True(next.Seconds > 0);
        Assert.Equal(1, next.ByDuration.Sum());
    }
}
