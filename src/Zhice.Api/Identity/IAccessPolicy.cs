namespace Zhice.Api.Identity;

/// <summary>Who may call an endpoint. It is metadata of each endpoint; a host with an endpoint without it does not start.</summary>
internal interface IAccessPolicy
{
    /// <summary>The roles of which a caller needs one.</summary>
    Roles Roles { get; }

    /// <summary>Whether callers need no identity.</summary>
    bool IsOpen => false;

    /// <summary>Whether a call may last, and then ends with the identity of its caller.</summary>
    bool IsLong => false;
}

/// <summary>The policy of an endpoint that is no method of the API.</summary>
/// <param name="Roles">The roles of which a caller needs one.</param>
/// <param name="IsOpen">Whether callers need no identity.</param>
internal sealed record AccessPolicy(Roles Roles, bool IsOpen) : IAccessPolicy;
