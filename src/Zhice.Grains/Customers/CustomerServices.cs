using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Decisions;
using Zhice.Domain.Learning;
using Zhice.Grains.Audiences;
using Zhice.Grains.Campaigns;
using Zhice.Grains.Decisions;
using Zhice.Grains.Learning;
using Zhice.Grains.Measurement;
using Zhice.Grains.Stocks;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Customers;

/// <summary>What all customers of a silo share. A silo whose storage keeps no outbox has none.</summary>
internal sealed record CustomerServices(
    CustomerStore Store,
    UnpackedCustomers Unpacked,
    LoadedCustomers Loaded,
    UnsavedCustomers Strangers,
    RuntimeCalls RuntimeCalls,
    CustomerFollowing Following,
    BucketFeed Feed,
    ICatalogs Catalogs,
    DecisionKeys Keys,
    PropensityModels Models,
    StockLeasePool Stock,
    CampaignPlans Plans,
    CampaignTriggers Triggers,
    DecisionLog DecisionLog,
    FactLog FactLog,
    ExposureQueue Exposures,
    LessonQueues Lessons,
    AttributionWindow Attribution,
    TimeProvider Clock,
    IStores? Stores = null);
