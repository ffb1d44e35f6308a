using System.Globalization;
using Zhice.Domain.Faults;

namespace Zhice.Storage.Sqlite.Connections;

/// <summary>
/// Keeps a data folder to one process. The system lets go of the lock when the process ends, however it ends. The owner's
/// process id stands in a second file, since the locked one cannot be read by others.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _lock;

    private DataFolderLock(FileStream held) => _lock = held;

    /// <summary>Takes a folder, which is made if need be.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or this one, has it.</exception>
    /// <exception cref="StoreUnavailableException">The folder cannot be written to.</exception>
    public static DataFolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "zhice.lock");
        var pidPath = Path.Combine(folder, "zhice.pid");
        try
        {
            Directory.CreateDirectory(folder);
            var held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                File.WriteAllText(pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            }
            catch
            {
                held.Dispose();
                throw;
            }

            return new DataFolderLock(held);
        }
        catch (IOException fault) when (IsHeldByAnother(fault))
        {
            throw new DataFolderInUseException(folder, OwnerIn(pidPath));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The data folder {folder} cannot be used: {fault.Message}", fault);
        }
    }

    public void Dispose() => _lock.Dispose();

    // EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeldByAnother(IOException fault) => fault.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string OwnerIn(string pidPath)
    {
        try
        {
            return $"process {int.Parse(File.ReadAllText(pidPath), CultureInfo.InvariantCulture)}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return "another process";
        }
    }
}
