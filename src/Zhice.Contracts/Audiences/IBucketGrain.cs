using System.Collections.Immutable;
using Zhice.Domain.Primitives;

namespace Zhice.Contracts.Audiences;

/// <summary>
/// One bucket of customers, keyed by its number (<see cref="CustomerBucket"/>).
/// It holds their tags as columns, read from the store when it is first asked, and kept fresh since.
/// </summary>
[Alias("zhice.bucket")]
public interface IBucketGrain : IGrainWithIntegerKey
{
    /// <summary>Sees to it that the index is read from the store; does not wait for its end.</summary>
    /// <param name="believed">The silo on which the asker believes it lives, null: on none. One
    /// that is wrong has told it of no commit.</param>
    /// <returns>The silo on which it lives.</returns>
    /// <exception cref="Domain.Faults.StoreUnavailableException">The last time it was read, the
    /// store was away. It is read again.</exception>
    [Alias("Load")]
    ValueTask<string> Load(string? believed);

    /// <summary>Reads the index from the store again, if it is loaded: it forgets customers who were erased.</summary>
    [Alias("Reread"), ResponseTimeout("00:10:00")]
    ValueTask Reread();

    /// <summary>Those of its customers for whom a question holds, in the order of their ids' bytes.</summary>
    /// <param name="question">Who is asked for.</param>
    /// <param name="after">Behind which customer; empty: from the first.</param>
    /// <param name="limit">How many at the most.</param>
    [Alias("Members")]
    ValueTask<MemberPage> Members(AudienceQuestion question, string after, int limit);

    /// <summary>What the index knows of some of its customers, in the order of the question.</summary>
    [Alias("Values")]
    ValueTask<ImmutableArray<CustomerValue>> Values(BucketValuesQuestion question);
}

/// <summary>Who is asked for.</summary>
/// <param name="Expression">A condition; empty: everyone.</param>
/// <param name="NowMs">What <c>now</c> is in it, and as of when tags count; unix milliseconds.</param>
/// <param name="List">A static list that they must be in too, as its id, "/" and its version; empty: none.</param>
[GenerateSerializer, Immutable, Alias("zhice.audience-question")]
public sealed record AudienceQuestion([property: Id(0)] string Expression, [property: Id(1)] long NowMs, [property: Id(2)] string List = "")
{
    /// <summary>What for: the profile of customers who refused its use is hidden from marketing.</summary>
    [Id(3)]
    public Purpose Purpose { get; init; } = Purpose.Marketing;
}

/// <summary>A page of customers.</summary>
/// <param name="CustomerIds">The customers.</param>
/// <param name="Next">Behind which the next page begins.</param>
/// <param name="IsLast">Whether none follows.</param>
[GenerateSerializer, Immutable, Alias("zhice.member-page")]
public sealed record MemberPage(
    [property: Id(0)] ImmutableArray<string> CustomerIds, [property: Id(1)] string Next, [property: Id(2)] bool IsLast)
{
    /// <summary>
    /// Customers of the bucket whose states cannot be read, and of whom nobody knows whether they belong here; null from a silo that does
    /// not tell.
    /// </summary>
    [Id(3)]
    public UnreadableCustomers? Unreadable { get; init; }
}

/// <summary>Customers whose states cannot be read.</summary>
/// <param name="Count">How many.</param>
/// <param name="CustomerIds">Some of them.</param>
[GenerateSerializer, Immutable, Alias("zhice.unreadable-customers")]
public sealed record UnreadableCustomers([property: Id(0)] int Count, [property: Id(1)] ImmutableArray<string> CustomerIds)
{
    /// <summary>How many are named at the most.</summary>
    public const int MaxNamed = 10;

    /// <summary>None.</summary>
    public static UnreadableCustomers None { get; } = new(0, []);

    /// <summary>Both together.</summary>
    public UnreadableCustomers With(UnreadableCustomers others) =>
        others.Count == 0 ? this
            : Count == 0 ? others
            : new(Count + others.Count, [.. CustomerIds.Concat(others.CustomerIds).Take(MaxNamed)]);
}
