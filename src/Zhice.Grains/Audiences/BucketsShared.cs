namespace Zhice.Grains.Audiences;

/// <summary>What all buckets of a silo share.</summary>
internal sealed record BucketsShared(
    LocalBuckets Local, PreparedBuckets Prepared, BucketFeed Feed, ClusterFlush Flush, SilosSeen Seen, SilosOfAudiences Silos, AudiencePlans Plans);
