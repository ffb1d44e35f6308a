using Orleans.Placement;
using Zhice.Bulk;
using Zhice.Contracts.Bulk;

namespace Zhice.Grains.Bulk;

/// <summary>Takes a file in, in the folder of the silo that its first call came to.</summary>
[GrainType("upload"), PreferLocalPlacement]
internal sealed class UploadGrain(BulkFolder folder, BulkSilos silos) : Grain, IUploadGrain
{
    private string Sha256 => this.GetPrimaryKeyString();

    public async ValueTask<UploadRecord> Find()
    {
        var (bytes, isComplete) = folder.FindUpload(Sha256);
        if (!isComplete && bytes == 0)
        {
            // After a rest the grain may have come up elsewhere than where the file is.
            foreach (var silo in silos.Active.Where(silo => silo != silos.Here))
            {
                if (await silos.TryAsync(silo, other => other.HasFile(BulkFileNames.ForUpload(Sha256))))
                {
                    return new(0, IsComplete: true);
                }
            }
        }

        return new(bytes, isComplete);
    }

    public async ValueTask<UploadRecord> Append(long offset, byte[] chunk)
    {
        await Task.Run(() => folder.Append(Sha256, offset, chunk));
        var (bytes, isComplete) = folder.FindUpload(Sha256);
        return new(bytes, isComplete);
    }

    public ValueTask CheckRoom(long bytes)
    {
        folder.Check(bytes);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<UploadRecord> Complete(long totalBytes)
    {
        var (bytes, isComplete) = folder.FindUpload(Sha256);
        if (!isComplete && bytes > totalBytes)
        {
            // It can never become the file.
            folder.DiscardPart(Sha256);
            return new(0, false);
        }

        if (isComplete || bytes != totalBytes)
        {
            return new(bytes, isComplete);
        }

        return await Task.Run(() => folder.CompleteAsync(Sha256)) ? new(bytes, true) : new(0, false);
    }
}
