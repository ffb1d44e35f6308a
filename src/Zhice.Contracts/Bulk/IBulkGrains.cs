using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Zhice.Contracts.Bulk;

/// <summary>A bulk operation, keyed by its id. It keeps what is done; a worker on the silo that has the file does it.</summary>
[Alias("zhice.bulk-operation")]
public interface IBulkOperationGrain : IGrainWithStringKey
{
    /// <summary>Begins it, or answers that it was begun before.</summary>
    [Alias("Begin")]
    ValueTask<BulkAnswer> Begin(BulkKind kind, byte[] request);

    /// <summary>How it stands; null when there is none.</summary>
    [AlwaysInterleave, Alias("Find")]
    ValueTask<BulkRecord?> Find();

    /// <summary>How it stands once it has ended, or after a while.</summary>
    [AlwaysInterleave, Alias("WaitForEnd")]
    Task<BulkRecord?> WaitForEnd(TimeSpan limit);

    /// <summary>Cancels it; one that has ended stays as it is. False when there is none.</summary>
    [Alias("Cancel")]
    ValueTask<bool> Cancel();

    /// <summary>Sees to it that a worker works at it, if it has not ended.</summary>
    [Alias("Wake")]
    ValueTask Wake();

    /// <summary>Takes note of a worker's progress.</summary>
    /// <returns>False: the worker must stop.</returns>
    [Alias("Report")]
    ValueTask<bool> Report(BulkReport report);

    /// <summary>Forgets it and its files.</summary>
    [Alias("Forget")]
    ValueTask Forget();
}

/// <summary>Which bulk operations there are, one grain for the cluster; its key is "operations".</summary>
[Alias("zhice.bulk-list")]
public interface IBulkListGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "operations";

    /// <summary>Adds one before it begins, or notes that it ended.</summary>
    [Alias("Note")]
    ValueTask Note(BulkEntry entry);

    /// <summary>All, the newest first.</summary>
    [AlwaysInterleave, Alias("All")]
    ValueTask<ImmutableArray<BulkEntry>> All();

    /// <summary>Removes some.</summary>
    [Alias("Remove")]
    ValueTask Remove(ImmutableArray<string> operationIds);
}

/// <summary>A file that is being brought, keyed by the SHA-256 of its content.</summary>
[Alias("zhice.upload")]
public interface IUploadGrain : IGrainWithStringKey
{
    /// <summary>How much of it is here.</summary>
    [Alias("Find")]
    ValueTask<UploadRecord> Find();

    /// <summary>Adds bytes; those that are here already are passed over.</summary>
    /// <returns>How much is here; less than the chunk's end when bytes before it are missing.</returns>
    [Alias("Append")]
    ValueTask<UploadRecord> Append(long offset, byte[] chunk);

    /// <summary>Whether so many bytes more have room where they would be kept.</summary>
    /// <exception cref="Domain.Faults.FolderFullException">They have none.</exception>
    [Alias("CheckRoom")]
    ValueTask CheckRoom(long bytes);

    /// <summary>Says that all is here. When the content has another hash, nothing is.</summary>
    [Alias("Complete")]
    ValueTask<UploadRecord> Complete(long totalBytes);
}

/// <summary>What one silo does for bulk data; its key is the silo's address, and it lives there.</summary>
[Alias("zhice.bulk-silo")]
public interface IBulkSiloGrain : IGrainWithStringKey
{
    /// <summary>Whether the silo can read a file.</summary>
    [AlwaysInterleave, Alias("HasFile")]
    ValueTask<bool> HasFile(string name);

    /// <summary>Begins to work at an operation.</summary>
    [AlwaysInterleave, Alias("Start")]
    ValueTask Start(BulkRecord record);

    /// <summary>Ends work at an operation.</summary>
    [AlwaysInterleave, Alias("Stop")]
    ValueTask Stop(string operationId);

    /// <summary>Lets the customers that are loaded here read their states again. Hashes of their ids' bytes (XxHash3).</summary>
    [AlwaysInterleave, Alias("Reload")]
    ValueTask Reload(ulong[] customers);

    /// <summary>Some bytes of a file; none at its end, null when it is not here.</summary>
    [AlwaysInterleave, Alias("ReadFile")]
    ValueTask<byte[]?> ReadFile(string name, long offset);

    /// <summary>The names of files that have a customer's id in them, or that cannot be searched.</summary>
    [AlwaysInterleave, Alias("FindFiles"), ResponseTimeout("00:10:00")]
    Task<ImmutableArray<SearchedFile>> FindFiles(string customerId);

    /// <summary>Removes a file.</summary>
    [AlwaysInterleave, Alias("Discard")]
    ValueTask Discard(string name);
}

/// <summary>A file of bulk data that was searched for a customer.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="HasCustomer">Whether the customer's id is in it; else it could not be searched.</param>
[GenerateSerializer, Immutable, Alias("zhice.searched-file")]
public readonly record struct SearchedFile([property: Id(0)] string Name, [property: Id(1)] bool HasCustomer);
