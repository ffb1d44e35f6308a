using System.IO.Compression;
using Zhice.Cli.Replay.Bandit;
using Zhice.Cli.Running;

namespace Zhice.Cli.Tests.Replay.Bandit;

public sealed class BanditLogTests : IDisposable
{
    private const string Header = "timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,user_feature_2,user_feature_3";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Rounds_are_read_in_order_plain_and_gzipped()
    {
        string[] lines = [Header, "t,17,3,1,0.25,a,b,c,d", "t,4,1,0,1,a,b,c,e", "t,17,3,0,0.5,a,b,c,d"];
        File.WriteAllLines(_path, lines);
        var rounds = BanditLog.Read(_path);

        Assert.Equal(
            [(17, true, 0.25), (4, false, 1), (17, false, 0.5)],
            rounds.Select(static round => (round.Item, round.IsClicked, round.Propensity)));
        Assert.Equal(rounds[0].Features, rounds[2].Features);
        Assert.Equal((6, 3), (rounds[0].Features.Length, rounds[0].Features.Intersect(rounds[1].Features).Count() - 1));

        var zipped = _path + ".gz";
        using (var file = new StreamWriter(new GZipStream(File.Create(zipped), CompressionLevel.Fastest)))
        {
            file.Write(string.Join('\n', lines));
        }

        Assert.Equal(rounds.Select(static round => round.Propensity), BanditLog.Read(zipped).Select(static round => round.Propensity));
        File.Delete(zipped);
    }

    [Theory]
    [InlineData("item_id,position\n1,2", "has no column 'click'")]
    [InlineData(Header + "\nt,1,1,0,0.1,a,b,c,d\nt,1,1,2,0.1,a,b,c,d", "line 3: expected an item, a click of 0 or 1")]
    [InlineData(Header + "\nt,1,1,0,0,a,b,c,d", "line 2: ")]
    [InlineData(Header + "\nt,1,1,0,1.5,a,b,c,d", "line 2: ")]
    [InlineData(Header + "\nt,x,1,0,1,a,b,c,d", "line 2: ")]
    [InlineData(Header + "\nt,1,1,0", "line 2: ")]
    [InlineData(Header, "has no rounds")]
    [InlineData("", "has no column")]
    public void What_cannot_be_read_is_refused_with_its_line(string text, string expected)
    {
        File.WriteAllText(_path, text);
        Assert.Contains(expected, Assert.Throws<FailureException>(() => BanditLog.Read(_path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Items_are_counted_below_the_header()
    {
        File.WriteAllText(_path, "item_id,item_feature_0\n0,1\n1,2\n");
        Assert.Equal(2, BanditLog.CountItems(_path));
        File.WriteAllText(_path, "item_id\n");
        Assert.Throws<FailureException>(() => BanditLog.CountItems(_path));
    }
}
