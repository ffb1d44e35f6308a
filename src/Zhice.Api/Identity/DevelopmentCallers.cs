using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Zhice.Api.Identity;

/// <summary>
/// The callers of a host in development: whoever the headers name, with all roles if they name none. So that several people can be
/// tried by one. Hosts serve it on this machine only.
/// </summary>
internal sealed class DevelopmentCallers
{
    /// <summary>Names the caller, percent-encoded.</summary>
    public const string UserHeader = "x-zhice-user";

    /// <summary>Names the roles, with commas between them.</summary>
    public const string RolesHeader = "x-zhice-roles";

    /// <summary>Names the channels, with commas between them.</summary>
    public const string ChannelsHeader = "x-zhice-channels";

    private const int MaxKnown = 1_000;

    private readonly ConcurrentDictionary<(string User, string Roles, string Channels), Caller> _known = [];

    /// <summary>The caller of a request.</summary>
    public IdentityOutcome Find(IHeaderDictionary headers)
    {
        var (user, roles, channels) = ($"{headers[UserHeader]}", $"{headers[RolesHeader]}", $"{headers[ChannelsHeader]}");
        if (user.Length + roles.Length + channels.Length == 0)
        {
            return new(Caller.Development);
        }

        if (_known.TryGetValue((user, roles, channels), out var known))
        {
            return new(known);
        }

        var name = user.Length > 0 ? Uri.UnescapeDataString(user) : Caller.Development.Name;
        var some = Split(roles).Select(static role => RoleNames.Find(role)).ToArray();
        if (!Caller.IsName(name) || some.Contains(Roles.None))
        {
            return new(IdentityFault.NotValid);
        }

        var caller = new Caller(
            name,
            some.Length > 0 ? some.Aggregate(static (all, role) => all | role) : Roles.All,
            channels.Length > 0 ? Split(channels).ToFrozenSet(StringComparer.Ordinal) : Caller.Development.Channels,
            DateTimeOffset.MaxValue);
        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        return new(_known[(user, roles, channels)] = caller);
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
