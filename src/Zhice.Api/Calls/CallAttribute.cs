using Zhice.Api.Identity;

namespace Zhice.Api.Calls;

/// <summary>What the pipeline needs to know of a method of the API. Each method has one; a method without it stops the start.</summary>
/// <param name="callClass">The calls that it shares a gate with.</param>
/// <param name="roles">The roles of which a caller needs one.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
internal sealed class CallAttribute(CallClass callClass, Roles roles) : Attribute, IAccessPolicy
{
    /// <summary>The calls that it shares a gate with.</summary>
    public CallClass Class => callClass;

    /// <summary>The roles of which a caller needs one.</summary>
    public Roles Roles => roles;

    /// <summary>Whether a call may last, and then ends with the identity of its caller.</summary>
    public bool IsLong => callClass is CallClass.Stream or CallClass.Subscribe or CallClass.Watch or CallClass.Bulk;

    /// <summary>When the API may make the call again by itself. Default: a read always, anything else never.</summary>
    public RepeatRule Repeat { get; init; } = callClass == CallClass.Read ? RepeatRule.Always : RepeatRule.Never;

    /// <summary>
    /// What the audit trail keeps of it. Methods that change something, that work in bulk, or whose request names a customer state it.
    /// </summary>
    public AuditRule Audit { get; init; }

    /// <summary>
    /// How many bytes one message of a client's stream may have, unpacked. Its bytes are held until all of it is there, and again
    /// while it is worked at: with as many streams as may be open, a limit meant for a batch would allow gigabytes.
    /// </summary>
    /// <value>0 for a method whose client sends one message.</value>
    public int MaxMessageBytes { get; init; }
}

/// <summary>Calls that share a gate.</summary>
internal enum CallClass
{
    /// <summary>Recommendations, which are shed last.</summary>
    Recommend,

    /// <summary>Calls that read.</summary>
    Read,

    /// <summary>Calls that change something.</summary>
    Write,

    /// <summary>Streams of events.</summary>
    Stream,

    /// <summary>Subscriptions of gateways.</summary>
    Subscribe,

    /// <summary>Calls that wait for what happens.</summary>
    Watch,

    /// <summary>Calls about files, simulations and other work over many customers.</summary>
    Bulk,
}

/// <summary>When the API may make a call again by itself, though it may have been done already.</summary>
internal enum RepeatRule
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>When it has a request id.</summary>
    WithRequestId,

    /// <summary>When it has a request id, or its placement counts nothing at the decision.</summary>
    UnlessCounted,

    /// <summary>Always: done twice it does the same.</summary>
    Always,
}
