using System.Text.RegularExpressions;
using Xunit;

namespace Zhice.Architecture.Tests;

/// <summary>The balancer's configuration knows the calls of the API.</summary>
public sealed partial class BalancerTests
{
    // Calls that do not stream share connections, which a stream that is read slowly would fill.
    [Fact]
    public void Each_call_that_streams_has_a_connection_of_its_own()
    {
        var streams = Sources.Files(Path.Combine(Sources.Root, "protos/zhice"), "*.proto")
            .SelectMany(static file => Calls().Matches(File.ReadAllText(file)))
            .Where(static call => call.Value.Contains("stream ", StringComparison.Ordinal))
            .Select(static call => call.Groups["name"].Value).Order(StringComparer.Ordinal).ToList();
        var known = File.ReadLines(Path.Combine(Sources.Root, "deploy/haproxy.cfg"))
            .Where(static line => line.Contains("acl streams path_end", StringComparison.Ordinal))
            .SelectMany(static line => Paths().Matches(line)).Select(static path => path.Groups["name"].Value).Order(StringComparer.Ordinal);

        Assert.NotEmpty(streams);
        Assert.Equal(streams, known);
    }

    [GeneratedRegex(@"rpc (?<name>\w+)\([^)]*\)\s+returns\s+\([^)]*\)")]
    private static partial Regex Calls();

    [GeneratedRegex(@" /(?<name>\w+)")]
    private static partial Regex Paths();
}
