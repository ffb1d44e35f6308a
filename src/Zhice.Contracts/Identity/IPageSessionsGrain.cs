using System.Collections.Immutable;

namespace Zhice.Contracts.Identity;

/// <summary>
/// The sessions of people in browsers, so that every host of the cluster knows them. A number of grains share them: all sessions of a
/// person are in one, and its number is in the cookie. So a forged cookie makes no new grain and reads nothing from the store.
/// </summary>
[Alias("zhice.page-sessions")]
public interface IPageSessionsGrain : IGrainWithIntegerKey
{
    /// <summary>How many grains share the sessions; their keys are 0 to 63.</summary>
    const int Count = 64;

    /// <summary>How many sessions one person can have; the one that was not used for longest gives way to the next.</summary>
    const int MaxOfPerson = 10;

    /// <summary>How many sessions one grain keeps.</summary>
    const int MaxSessions = 500;

    /// <summary>Keeps a session that begins.</summary>
    /// <returns>False, and nothing is kept, when there are too many.</returns>
    [Alias("Begin")]
    ValueTask<bool> Begin(KeptSession session);

    /// <summary>A session that is neither idle for too long nor over; to ask for it is to use it.</summary>
    /// <param name="id">Its id.</param>
    [Alias("Find")]
    ValueTask<KeptSession?> Find(string id);

    /// <summary>Whether there is a session that is neither idle for too long nor over; to ask is not to use it.</summary>
    [Alias("Has")]
    ValueTask<bool> Has(string id);

    /// <summary>Ends a session.</summary>
    /// <returns>Whether there was one.</returns>
    [Alias("End")]
    ValueTask<bool> End(string id);

    /// <summary>Ends all sessions of a person.</summary>
    /// <param name="name">The person's name.</param>
    /// <returns>How many there were.</returns>
    [Alias("EndOf")]
    ValueTask<int> EndOf(string name);
}

/// <summary>A session as it is kept.</summary>
/// <param name="Id">The SHA-256 of what the cookie has, in base64: who reads the store cannot make the cookie.</param>
/// <param name="Name">The person's name.</param>
/// <param name="Roles">The names of the person's roles.</param>
/// <param name="Channels">The channels whose deliveries the person may have.</param>
/// <param name="TokenId">The id of the token that the person signed in with; empty where there is none.</param>
/// <param name="UsedAtMs">When it was used last, unix milliseconds, to a minute or a fifth of the idle time.</param>
/// <param name="IdleMs">After how many milliseconds without a request it ends.</param>
/// <param name="UntilMs">When it ends in any case, unix milliseconds.</param>
[GenerateSerializer, Immutable, Alias("zhice.kept-session")]
public sealed record KeptSession(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] ImmutableArray<string> Roles,
    [property: Id(3)] ImmutableArray<string> Channels,
    [property: Id(4)] string TokenId,
    [property: Id(5)] long UsedAtMs,
    [property: Id(6)] long IdleMs,
    [property: Id(7)] long UntilMs);
