namespace Zhice.Api.Audiences;

/// <summary>How much memory the ids of lists that come in take at a time, of all uploads together.</summary>
internal sealed class UploadMemoryLimit
{
    /// <summary>How much it is: a list of 5,000,000 ids of 16 bytes has room.</summary>
    public const long MaxBytes = 140L << 20;

    // A place of four bytes, in a table that is full by three eighths at the least.
    private const int BytesOfPlace = 12;

    private long _held;

    /// <summary>Takes room for an id.</summary>
    /// <param name="idBytes">How many bytes it has.</param>
    /// <returns>How much it takes, to be given back; 0 when there is none.</returns>
    public int TryTake(int idBytes)
    {
        var bytes = 1 + idBytes + BytesOfPlace;
        if (Interlocked.Add(ref _held, bytes) <= MaxBytes)
        {
            return bytes;
        }

        Leave(bytes);
        return 0;
    }

    /// <summary>Gives room back.</summary>
    public void Leave(long bytes) => Interlocked.Add(ref _held, -bytes);
}
