using System.Collections.Immutable;

namespace Zhice.Contracts.Audiences;

/// <summary>One of the 1,024 buckets of customers, keyed by its number.</summary>
[Alias("zhice.bucket")]
public interface IBucketGrain : IGrainWithIntegerKey
{
    /// <summary>Those of its customers for whom the question holds, in a stable order.</summary>
    [Alias("Members")]
    ValueTask<MemberPage> Members(AudienceQuestion question, string after, int limit);
}

/// <summary>Who is asked for.</summary>
[GenerateSerializer, Immutable, Alias("zhice.audience-question")]
public sealed record AudienceQuestion([property: Id(0)] string Expression, [property: Id(1)] long NowMs);

/// <summary>A page of customers.</summary>
[GenerateSerializer, Immutable, Alias("zhice.member-page")]
public sealed record MemberPage(
    [property: Id(0)] ImmutableArray<string> CustomerIds, [property: Id(1)] string Next, [property: Id(2)] bool IsLast);
