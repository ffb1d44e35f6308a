namespace Zhice.Api.Identity;

/// <summary>What callers of the API may be. A caller has one or more; each method names those that may call it.</summary>
[Flags]
public enum Roles
{
    /// <summary>None: may call nothing.</summary>
    None = 0,

    /// <summary>A program that customers use, such as the bank's app: recommendations, events, consents of its own sessions.</summary>
    App = 1 << 0,

    /// <summary>A gateway of channels: the deliveries of the channels that the identity names, and no others.</summary>
    Channel = 1 << 1,

    /// <summary>A person who serves customers: customers, contacts, consents, agent holds, hand-offs.</summary>
    Agent = 1 << 2,

    /// <summary>A person who reads reports and counts, and no data of single customers.</summary>
    Analyst = 1 << 3,

    /// <summary>A person who writes catalogue changes, audiences, journeys and campaigns, and sets stops.</summary>
    Operator = 1 << 4,

    /// <summary>A person who approves or rejects what another one wrote.</summary>
    Approver = 1 << 5,

    /// <summary>Programs and people that load and take out data: imports, exports, uploads, tags.</summary>
    Data = 1 << 6,

    /// <summary>Those who run the service: operations, dead letters, freezes of models, stops, the dashboard.</summary>
    Ops = 1 << 7,

    /// <summary>The system administrator: settings of the service. Sees no customer.</summary>
    SystemAdmin = 1 << 8,

    /// <summary>The security administrator: identities and their roles. Sees no customer.</summary>
    SecurityAdmin = 1 << 9,

    /// <summary>The audit administrator: reads what others did, and does nothing else.</summary>
    AuditAdmin = 1 << 10,

    /// <summary>Those who see how the service is set up: everyone except apps, channels and administrators.</summary>
    Staff = Agent | Analyst | Operator | Approver | Data | Ops,

    /// <summary>All.</summary>
    All = App | Channel | Staff | SystemAdmin | SecurityAdmin | AuditAdmin,
}
