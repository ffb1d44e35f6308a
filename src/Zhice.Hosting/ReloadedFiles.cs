using System.Security.Cryptography;

namespace Zhice.Hosting;

/// <summary>Files that are read again when their content changes.</summary>
public interface IReloadedFiles
{
    /// <summary>What is read of them, for the log.</summary>
    string Name { get; }

    /// <summary>Reads the files again if they have changed.</summary>
    /// <param name="fault">Why they could not be read: what was read before stays in use. Else empty.</param>
    /// <returns>Whether something new is in use.</returns>
    bool TryReload(out string fault);
}

/// <summary>What is read of some files, and read again when their content changes. Safe for use by many threads.</summary>
/// <typeparam name="T">What is read of them.</typeparam>
public sealed class ReloadedFiles<T> : IReloadedFiles
    where T : class
{
    private readonly string[] _paths;
    private readonly Func<T> _read;
    private byte[] _hash;
    private T _current;

    /// <summary>Reads the files.</summary>
    /// <param name="name">What is read of them, for the log.</param>
    /// <param name="paths">The files; empty names are passed over.</param>
    /// <param name="read">Reads them.</param>
    /// <exception cref="StartRefusedException">They cannot be read, or what is in them is not fit.</exception>
    public ReloadedFiles(string name, IEnumerable<string> paths, Func<T> read)
    {
        (Name, _paths, _read) = (name, [.. paths.Where(static path => path.Length > 0)], read);
        _ = read();

        // Hashed between two reads: what is written meanwhile is found at the first look, and a missing file is told by the reader.
        _hash = Hash();
        _current = read();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>What was read last.</summary>
    public T Current => Volatile.Read(ref _current);

    /// <inheritdoc/>
    public bool TryReload(out string fault)
    {
        fault = "";
        try
        {
            // By content: a link to a folder that is exchanged does not change itself. Hashed first, so that what is written while they
            // are read is found at the next look.
            var hash = Hash();
            if (hash.AsSpan().SequenceEqual(_hash))
            {
                return false;
            }

            Volatile.Write(ref _current, _read());
            _hash = hash;
            return true;
        }
        catch (Exception refusal) when (refusal is StartRefusedException or IOException or UnauthorizedAccessException)
        {
            fault = refusal.Message;
            return false;
        }
    }

    private byte[] Hash()
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in _paths)
        {
            all.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }

        return all.GetHashAndReset();
    }
}
