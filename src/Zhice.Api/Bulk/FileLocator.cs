using Zhice.Contracts.Bulk;

namespace Zhice.Api.Bulk;

/// <summary>Finds the silo that has a file. A silo has another address after each restart, so that all that run are asked.</summary>
internal static class FileLocator
{
    /// <summary>The silo that has a file; null when none that runs has.</summary>
    /// <param name="grains">The way to the silos.</param>
    /// <param name="name">The file.</param>
    /// <param name="likely">The address of the silo that is asked first, if it runs.</param>
    public static async Task<IBulkSiloGrain?> FindAsync(IGrainFactory grains, string name, string likely)
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        foreach (var address in hosts.Keys.Select(host => host.ToParsableString()).OrderByDescending(address => address == likely))
        {
            try
            {
                var silo = grains.GetGrain<IBulkSiloGrain>(address);
                if (await silo.HasFile(name))
                {
                    return silo;
                }
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException)
            {
                // It is going; the others may have the file.
            }
        }

        return null;
    }
}
