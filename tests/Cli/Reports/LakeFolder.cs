using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Lake;
using Zhice.V1;

namespace Zhice.Cli.Tests.Reports;

/// <summary>A small lake of facts.</summary>
internal sealed class LakeFolder : IDisposable
{
    private const int Day = 20_785;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zhice-lake-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The instant of a day; noon in China on 2026-11-28 for 0.</summary>
    public static long At(double day) => (long)((Day + day) * 86_400_000) + 14_400_000;

    public static Fact Create(FactKind kind, string customer, string key, double day) => new()
    {
        Kind = kind, Key = key, CustomerId = customer, Time = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(At(day))),
        Date = $"{DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(Day + (int)day):yyyy-MM-dd}",
    };

    public async Task WriteAsync(int day, params IEnumerable<Fact> facts)
    {
        var path = FactDays.GetFile(Path, DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(Day + day));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        await using var stream = File.Create(path);
        await using var file = await FactFile.CreateAsync(stream);
        await file.WriteAsync(facts);
        await file.EndAsync();
    }
}
