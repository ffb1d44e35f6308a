using Microsoft.Extensions.DependencyInjection;
using Zhice.Bulk;
using Zhice.Grains.Audiences;
using Zhice.Grains.Behavior;
using Zhice.Grains.Bulk;
using Zhice.Grains.Erasures;
using Zhice.Grains.Retention;
using Zhice.Grains.Spreading;
using Zhice.Grains.Values;
using Zhice.Storage.Bulk;
using Zhice.Storage.Customers;

namespace Zhice.Grains.Hosting;

/// <summary>Adds bulk data and audiences to a silo.</summary>
public static class ZhiceBulkHosting
{
    /// <summary>
    /// Adds imports, exports, audiences and erasures, which read states in bulk. The grains and a group-commit storage must be added
    /// beside.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="folder">The folder of files that are loaded or were made; silos may share it.</param>
    /// <param name="limits">How much the folder may hold; null: as much as <see cref="BulkLimits"/> says.</param>
    /// <param name="erasures">How customers are erased; null: as <see cref="ErasureOptions"/> says.</param>
    public static ISiloBuilder AddZhiceBulk(
        this ISiloBuilder silo, string folder, BulkLimits? limits = null, ErasureOptions? erasures = null)
    {
        silo.Services.AddSingleton(new BulkFolder(folder, limits));
        silo.Services.AddSingleton<CustomerStates>();
        silo.Services.AddSingleton<TagForgettingServices>();
        silo.Services.AddSingleton<TagForgetting>();
        silo.Services.AddHostedService(services => services.GetRequiredService<TagForgetting>());
        silo.Services.AddSingleton<BulkSilos>();
        silo.Services.AddSingleton<BackgroundTurns>();
        silo.Services.AddSingleton<LoadedNotices>();
        silo.Services.AddSingleton<ImportWork>();
        silo.Services.AddSingleton<ExportWork>();
        silo.Services.AddSingleton<BulkWork>();
        silo.Services.AddSingleton<BulkReports>();
        silo.Services.AddSingleton<BulkWorkers>();
        silo.Services.AddHostedService(services => services.GetRequiredService<BulkWorkers>());
        silo.Services.AddHostedService<BulkMonitor>();
        silo.Services.AddSingleton<AudienceSilos>();
        silo.Services.AddSingleton<AudiencePlans>();
        silo.Services.AddSingleton<AudienceCounting>();
        silo.Services.AddSingleton<ClusterFlush>();
        silo.Services.AddSingleton<SiloChanges>();
        silo.Services.AddSingleton<PreparedBuckets>();
        silo.Services.AddSingleton<BucketServices>();
        silo.Services.AddHostedService<AudienceMaintenance>();
        silo.Services.AddSingleton((erasures ?? new()).Checked());
        silo.Services.AddSingleton<RecordedShares>();
        silo.Services.AddSingleton<BehaviorReading>();
        silo.Services.AddSingleton<CustomerValues>();
        silo.Services.AddSingleton<ValueReading>();
        silo.Services.AddSingleton<ErasureRun>();
        silo.Services.AddHostedService<ErasureResuming>();
        silo.Services.AddPlacementDirector<SiloOfKeyPlacement, SiloAddressDirector>();
        return silo;
    }
}
