using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Zhice.Domain.Faults;

namespace Zhice.Bulk;

/// <summary>
/// The folder of files that are loaded or were made. Silos may share it: then any of them can go on with an import.
/// </summary>
/// <param name="path">The folder.</param>
/// <param name="limits">How much it may hold; the default is <see cref="BulkLimits"/>'s.</param>
public sealed class BulkFolder(string path, BulkLimits? limits = null)
{
    // Often enough to see what came, seldom enough to cost nothing beside it.
    private static readonly TimeSpan MaxBelief = TimeSpan.FromSeconds(5);

    private readonly BulkLimits _limits = limits ?? new();
    private readonly Lock _measuring = new();
    private long _measuredAt;
    private long _room;

    private const string PartEnd = ".part";
    private const int HashLetters = 64;
    private static readonly SearchValues<char> NameLetters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz.");

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The path of a file.</summary>
    /// <exception cref="ArgumentException">The name is none of ours.</exception>
    public string GetPath(string name)
    {
        // Names come from hashes and ids; nothing else may reach the file system.
        if (name.Length is 0 or > 128 || name.AsSpan().ContainsAnyExcept(NameLetters) || name.Contains("..", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' is no name of a file here.", nameof(name));
        }

        OwnerOnlyFiles.CreateFolder(Path);
        return System.IO.Path.Combine(Path, name);
    }

    /// <summary>Whether a file is here.</summary>
    public bool Has(string name) => File.Exists(GetPath(name));

    /// <summary>Removes a file.</summary>
    public void Discard(string name) => File.Delete(GetPath(name));

    /// <summary>Takes room for bytes that are to be written.</summary>
    /// <exception cref="FolderFullException">They would be more than the folder may hold, or than the disk can spare.</exception>
    public void Take(long bytes)
    {
        lock (_measuring)
        {
            if (_measuredAt == 0 || Stopwatch.GetElapsedTime(_measuredAt) > MaxBelief)
            {
                OwnerOnlyFiles.CreateFolder(Path);
                var held = new DirectoryInfo(Path).EnumerateFiles().Sum(static file => file.Exists ? file.Length : 0);
                var free = new DriveInfo(Path).AvailableFreeSpace - _limits.MinFreeBytes;
                _room = Math.Min(_limits.MaxBytes - held, free);
                _measuredAt = Stopwatch.GetTimestamp();
            }

            if (bytes > _room)
            {
                throw new FolderFullException(
                    $"The folder of bulk files has room for {Math.Max(0, _room):N0} bytes more, and {bytes:N0} are wanted: it may hold {_limits.MaxBytes:N0}, and leaves {_limits.MinFreeBytes:N0} of its disk free.");
            }

            _room -= bytes;
        }
    }

    /// <summary>Whether bytes have room; nothing is taken for them.</summary>
    /// <exception cref="FolderFullException">They have none.</exception>
    public void Check(long bytes)
    {
        lock (_measuring)
        {
            Take(bytes);
            _room += bytes;
        }
    }

    /// <summary>How much of an upload is here.</summary>
    public (long Bytes, bool IsComplete) FindUpload(string sha256)
    {
        if (Has(sha256))
        {
            return (new FileInfo(GetPath(sha256)).Length, true);
        }

        var part = new FileInfo(GetPath(GetPartName(sha256)));
        return (part.Exists ? part.Length : 0, false);
    }

    /// <summary>Adds bytes at the end of an upload; those that are here already are passed over.</summary>
    public void Append(string sha256, long offset, ReadOnlySpan<byte> chunk)
    {
        using var file = OwnerOnlyFiles.Open(GetPath(GetPartName(sha256)), FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        var known = file.Length - offset;
        if (known < 0 || known >= chunk.Length)
        {
            return;
        }

        Take(chunk.Length - known);
        file.Position = file.Length;
        file.Write(chunk[(int)known..]);
    }

    /// <summary>Checks an upload's content, and makes it a file that can be loaded.</summary>
    /// <returns>False when the content has another hash; then it is gone.</returns>
    public async Task<bool> CompleteAsync(string sha256)
    {
        var part = GetPath(GetPartName(sha256));
        await using (var file = OwnerOnlyFiles.Open(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read))
        {
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file)) == sha256)
            {
                // The operation that follows is durable, so its file must be.
                file.Flush(flushToDisk: true);
                file.Close();
                File.Move(part, GetPath(sha256), overwrite: true);
                return true;
            }
        }

        File.Delete(part);
        return false;
    }

    /// <summary>Removes what is here of an upload that is not complete.</summary>
    public void DiscardPart(string sha256) => File.Delete(GetPath(GetPartName(sha256)));

    /// <summary>Removes uploads that no one has added to since an instant.</summary>
    /// <param name="before">The instant, of complete ones.</param>
    /// <param name="partsBefore">The instant, of those that are not complete.</param>
    /// <param name="kept">The hashes of those that stay.</param>
    public void Sweep(DateTimeOffset before, DateTimeOffset partsBefore, IReadOnlySet<string> kept)
    {
        foreach (var file in Directory.Exists(Path) ? new DirectoryInfo(Path).EnumerateFiles() : [])
        {
            var isPart = file.Name.EndsWith(PartEnd, StringComparison.Ordinal);
            var sha256 = isPart ? file.Name[..^PartEnd.Length] : file.Name;
            if (sha256.Length == HashLetters && sha256.All(char.IsAsciiHexDigitLower) && (isPart || !kept.Contains(sha256))
                && file.LastWriteTimeUtc < (isPart ? partsBefore : before).UtcDateTime)
            {
                file.Delete();
            }
        }
    }

    /// <summary>Some bytes of a file; none at its end, null when it is not here.</summary>
    public async Task<byte[]?> ReadAsync(string name, long offset, int maxBytes)
    {
        if (!Has(name))
        {
            return null;
        }

        await using var file = new FileStream(GetPath(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = Math.Min(offset, file.Length);
        var bytes = new byte[(int)Math.Min(maxBytes, file.Length - file.Position)];
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    private static string GetPartName(string sha256) => sha256 + PartEnd;
}
