using System.Globalization;
using Zhice.SystemTests.Processes;

namespace Zhice.SystemTests.Faults;

/// <summary>Cuts a silo off from other silos, and from nothing else, by the machine's packet filter (nft).</summary>
internal sealed class NetworkCut : IAsyncDisposable
{
    // Packets are told to be the silo's by its process's group.
    private const int Group = 47_652;
    private const int Mark = 47_652;

    private readonly string _table;

    private NetworkCut(string table) => _table = table;

    /// <summary>By what the silo must be run that is to be cut off.</summary>
    public static string[] RunBy { get; } = ["setpriv", $"--regid={Group}", "--clear-groups"];

    public static async Task<NetworkCut> BetweenAsync(SiloProcess silo, IEnumerable<SiloProcess> others)
    {
        var port = silo.Ports[2];
        var theirs = string.Join(
            ", ", others.SelectMany(other => other.Ports.Skip(2)).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        var cut = new NetworkCut($"zhice_{port}");
        await NftAsync(
            $$"""
            table inet {{cut._table}} {
                chain leaving {
                    type filter hook output priority 0;
                    meta skgid {{Group}} tcp dport { {{theirs}} } ct mark set {{Mark}} drop
                    tcp dport {{port}} drop
                    tcp sport {{port}} drop
                }
                chain arriving {
                    type filter hook input priority 0;
                    ct mark {{Mark}} drop
                }
            }
            """);
        return cut;
    }

    public async ValueTask DisposeAsync() => await NftAsync($"delete table inet {_table}");

    private static async Task NftAsync(string rules)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rules);
        var done = await Command.RunAsync("nft", "-f", file);
        File.Delete(file);
        Assert.True(done.ExitCode == 0, done.Errors);
    }
}
