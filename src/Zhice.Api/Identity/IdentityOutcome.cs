namespace Zhice.Api.Identity;

/// <summary>What the check of an identity found: a caller, or why there is none.</summary>
/// <param name="Caller">The caller; null if there is none.</param>
/// <param name="Fault">Why there is none.</param>
internal readonly record struct IdentityOutcome(Caller? Caller, IdentityFault Fault)
{
    /// <summary>A caller.</summary>
    public IdentityOutcome(Caller caller)
        : this(caller, IdentityFault.None)
    {
    }

    /// <summary>No caller.</summary>
    public IdentityOutcome(IdentityFault fault)
        : this(null, fault)
    {
    }
}

/// <summary>Why a request has no caller. The answer says no more, so that nobody learns from it how to make a better forgery.</summary>
internal enum IdentityFault
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>The request has no token and no certificate.</summary>
    Missing,

    /// <summary>The token or the certificate ended.</summary>
    Expired,

    /// <summary>The token or the certificate is not accepted.</summary>
    NotValid,

    /// <summary>
    /// A request with the cookie of a session that changes something, without the header that only pages of this host can send.
    /// </summary>
    NoAntiForgery,

    /// <summary>The keys of the identity provider could not be read yet.</summary>
    NoKeys,

    /// <summary>The session of the request could not be looked up.</summary>
    NoSession,
}
