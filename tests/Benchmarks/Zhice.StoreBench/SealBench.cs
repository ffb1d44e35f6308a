using System.Diagnostics;
using Zhice.Storage.Encryption;

namespace Zhice.StoreBench;

/// <summary>What it costs to seal a state for the store and to open it: the best of rounds by turns.</summary>
internal static class SealBench
{
    private const int Rounds = 8;
    private const int Times = 5_000;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("zhice-seal-");
        var best = new Dictionary<string, (double Seal, double Open)>();
        (string Name, StateCipher Cipher)[] ciphers = [("aes-gcm", Read(folder, "aes-gcm", 32)), ("sm4-gcm", Read(folder, "sm4-gcm", 16))];
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, cipher) in ciphers)
            {
                foreach (var bytes in (int[])[300, 1_000, 4_000])
                {
                    var (state, key) = (new byte[bytes], $"{name}, {bytes:N0} bytes");
                    var stored = cipher.Seal("020235"u8, state);
                    var (seal, open) = best.GetValueOrDefault(key, (double.MaxValue, double.MaxValue));
                    best[key] = (
                        Math.Min(seal, Measure(() => cipher.Seal("020235"u8, state))),
                        Math.Min(open, Measure(() => cipher.Open("020235"u8, stored))));
                }
            }
        }

        foreach (var (key, (seal, open)) in best)
        {
            Console.WriteLine($"{key}: seal {seal:N1} us, open {open:N1} us");
        }

        folder.Delete(recursive: true);
    }

    private static double Measure(Func<byte[]> work)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++)
        {
            work();
        }

        return Stopwatch.GetElapsedTime(begun).TotalMicroseconds / Times;
    }

    private static StateCipher Read(DirectoryInfo folder, string algorithm, int bytes)
    {
        var path = Path.Combine(folder.FullName, $"{algorithm}.json");
        File.WriteAllText(path, $$"""{"algorithm":"{{algorithm}}","current":1,"keys":[{"id":1,"key":"{{Convert.ToBase64String(new byte[bytes])}}"}]}""");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return StateCipher.FromFile(path);
    }
}
