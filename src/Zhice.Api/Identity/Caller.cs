using System.Collections.Frozen;
using System.Text;
using Zhice.Domain.Customers;

namespace Zhice.Api.Identity;

/// <summary>Who makes a call, and what they may do. Made when an identity is checked first; the calls that follow share it.</summary>
/// <param name="Name">The name in logs of changes and in the audit: 1 to 128 bytes of UTF-8.</param>
/// <param name="Roles">What the caller may be.</param>
/// <param name="Channels">The channels whose deliveries it may have; <see cref="AnyChannel"/> in it stands for all.</param>
/// <param name="Expires">When the identity ends; a call after that is refused, and a stream that is open then ends.</param>
public sealed record Caller(string Name, Roles Roles, FrozenSet<string> Channels, DateTimeOffset Expires)
{
    /// <summary>Stands for all channels.</summary>
    public const string AnyChannel = "*";

    /// <summary>How many bytes a name may have.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>The identity of whoever calls in development: all roles, all channels.</summary>
    public static Caller Development { get; } = new("developer", Roles.All, FrozenSet.Create(AnyChannel), DateTimeOffset.MaxValue);

    /// <summary>The id of the token (claim jti) that said it; empty where there is none.</summary>
    public string TokenId { get; init; } = "";

    /// <summary>Whether the host itself calls, and its dry runs may be answered as directly as other reads.</summary>
    internal bool IsOwn { get; init; }

    /// <summary>Whether it is an identity of development, which never ends.</summary>
    internal bool IsDeveloper => Expires == DateTimeOffset.MaxValue;

    /// <summary>Whether the caller has one of these roles.</summary>
    public bool HasAny(Roles roles) => (Roles & roles) != 0;

    /// <summary>Whether a text can be a name: 1 to 128 bytes, and right as an id: nothing in it is unseen, no spaces are around it.</summary>
    internal static bool IsName(string text) =>
        text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxNameBytes && Identifier.FindFault(text) is null;

    /// <summary>Whether the caller may have the deliveries of a channel.</summary>
    public bool MayServe(string channelId) => Channels.Contains(channelId) || Channels.Contains(AnyChannel);
}
