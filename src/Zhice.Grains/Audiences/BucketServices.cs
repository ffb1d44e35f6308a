namespace Zhice.Grains.Audiences;

/// <summary>What all buckets of a silo share.</summary>
internal sealed record BucketServices(
    LocalBuckets Local, PreparedBuckets Prepared, BucketFeed Feed, ClusterFlush Flush, SiloChanges Seen, AudienceSilos Silos,
    AudiencePlans Plans);
