using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Encryption;

/// <summary>A file of keys: JSON, which its owner alone may read.</summary>
/// <param name="Algorithm">"aes-gcm" or "sm4-gcm".</param>
/// <param name="Current">The id of the key by which states are sealed.</param>
/// <param name="Keys">The keys.</param>
internal sealed record KeysFile(
    [property: JsonPropertyName("algorithm"), JsonRequired] string Algorithm,
    [property: JsonPropertyName("current"), JsonRequired] int Current,
    [property: JsonPropertyName("keys"), JsonRequired] ImmutableArray<KeysFile.Key> Keys)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private static readonly ImmutableArray<ICipherSuite> Suites = [new AesGcmSuite(), new Sm4GcmSuite()];

    /// <summary>The algorithm.</summary>
    public ICipherSuite Suite => Suites.First(suite => suite.Name == Algorithm);

    /// <summary>Reads a file and checks all of it.</summary>
    /// <exception cref="StoreUnfitException">A sentence that says what is wrong with it, and never a key.</exception>
    public static KeysFile Read(string path)
    {
        KeysFile? file;
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                throw new StoreUnfitException($"Others than its owner may read the file of keys {path}; chmod 600 it.");
            }

            file = JsonSerializer.Deserialize<KeysFile>(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnfitException($"The file of keys {path} cannot be read: {fault.Message}");
        }
        catch (JsonException fault)
        {
            throw new StoreUnfitException($"The file of keys {path} is not as it should be at {fault.Path}: an object with algorithm, current and keys, each key with id and key (base64).");
        }

        return file?.FindFault() is { } wrong ? throw new StoreUnfitException($"The file of keys {path}: {wrong}") : file!;
    }

    private string? FindFault()
    {
        if (Suites.All(suite => suite.Name != Algorithm))
        {
            return $"its algorithm is '{Algorithm}'; it is {string.Join(" or ", Suites.Select(static suite => suite.Name))}.";
        }

        foreach (var key in Keys)
        {
            if (key.Id is < 1 or > ushort.MaxValue || Keys.Count(other => other.Id == key.Id) > 1)
            {
                return $"the id {key.Id} is out of 1 to {ushort.MaxValue}, or there twice.";
            }

            // A key of another algorithm stays until nothing is sealed by it.
            if (Suites.All(suite => suite.Name != (key.Algorithm ?? Algorithm)))
            {
                return $"the algorithm of the key {key.Id} is unknown.";
            }

            var bytes = Suites.First(suite => suite.Name == (key.Algorithm ?? Algorithm)).KeyBytes;
            if (!key.TryDecode(out var decoded) || decoded.Length != bytes)
            {
                return $"the key {key.Id} is not {bytes} bytes in base64.";
            }
        }

        return Keys.FirstOrDefault(key => key.Id == Current) is not { } current ? $"there is no key {Current}, which is the current one."
            : (current.Algorithm ?? Algorithm) != Algorithm ? $"the key {Current}, which is the current one, is of another algorithm."
            : null;
    }

    /// <summary>The algorithm of a key.</summary>
    public ICipherSuite SuiteOf(Key key) => Suites.First(suite => suite.Name == (key.Algorithm ?? Algorithm));

    /// <summary>A key.</summary>
    /// <param name="Id">Its id, 1 to 65,535, which sealed states have.</param>
    /// <param name="Value">The key in base64.</param>
    /// <param name="Algorithm">Its algorithm, if it is another than the file's.</param>
    internal sealed record Key(
        [property: JsonPropertyName("id"), JsonRequired] int Id,
        [property: JsonPropertyName("key"), JsonRequired] string Value,
        [property: JsonPropertyName("algorithm")] string? Algorithm = null)
    {
        /// <summary>Its bytes.</summary>
        public bool TryDecode(out byte[] bytes)
        {
            var room = new byte[Value.Length];
            var isBase64 = Convert.TryFromBase64String(Value, room, out var length);
            bytes = room[..length];
            return isBase64;
        }

        // No key is in a log by oversight.
        public override string ToString() => $"key {Id}";
    }
}
