using Zhice.Cli.Replay;

namespace Zhice.Cli.Tests.Replay;

public sealed class PythonRandomTests
{
    [Fact]
    public void It_shuffles_as_pythons_random_with_seed_7_does()
    {
        int[] few = [.. Enumerable.Range(0, 10)];
        int[] many = [.. Enumerable.Range(0, 1000)];
        new PythonRandom(7).Shuffle(few);
        new PythonRandom(7).Shuffle(many);

        Assert.Equal([8, 3, 1, 4, 7, 0, 9, 6, 2, 5], few);
        Assert.Equal([878, 857, 349, 313, 382], many[..5]);
    }
}
