using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Zhice.Domain.Expressions;

namespace Zhice.Api.Identity;

/// <summary>A caller that is known by its certificate.</summary>
public sealed record CertificateCaller
{
    /// <summary>The subject of the certificate, such as <c>CN=bank-app, O=Bank</c>.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The name of the caller in logs of changes and in the audit.</summary>
    /// <value>Default: the subject.</value>
    public string Name { get; init; } = "";

    /// <summary>The roles, with commas between them.</summary>
    public string Roles { get; init; } = "";

    /// <summary>The channels that a gateway may serve, with commas between them; * stands for all.</summary>
    /// <value>Default: none.</value>
    public string Channels { get; init; } = "";

    /// <summary>The subject as certificates write it.</summary>
    internal string SubjectName
    {
        get
        {
            try
            {
                return new X500DistinguishedName(new X500DistinguishedName(Subject).RawData).Name;
            }
            catch (CryptographicException)
            {
                throw new ArgumentException(
                    $"Identity:Certificates has the subject '{Subject}'; a distinguished name is needed, such as 'CN=bank-app, O=Bank'.");
            }
        }
    }

    /// <summary>The caller.</summary>
    /// <param name="expires">When its certificate ends.</param>
    /// <exception cref="ArgumentException">A setting is wrong; the message says what would be right.</exception>
    internal Caller ToCaller(DateTimeOffset expires)
    {
        var subject = SubjectName;
        if (subject.Length == 0)
        {
            throw new ArgumentException("Identity:Certificates has an entry without a Subject, such as 'CN=bank-app, O=Bank'.");
        }

        var name = Name.Length > 0 ? Name : subject;
        return Caller.IsName(name)
            ? new(name, ReadRoles(subject), Split(Channels).ToFrozenSet(StringComparer.Ordinal), expires)
            : throw new ArgumentException($"Identity:Certificates: the name of '{subject}' must have 1 to {Caller.MaxNameBytes} bytes and no control characters; set Name.");
    }

    private Roles ReadRoles(string subject)
    {
        var roles = Identity.Roles.None;
        foreach (var name in Split(Roles))
        {
            var role = RoleNames.Find(name);
            roles |= role != Identity.Roles.None
                ? role
                : throw new ArgumentException($"Identity:Certificates: '{subject}' has the role '{name}'{NearestName.Hint(name, RoleNames.All)}; there are {string.Join(", ", RoleNames.All)}.");
        }

        return roles != Identity.Roles.None
            ? roles
            : throw new ArgumentException(
                $"Identity:Certificates: '{subject}' has no Roles; there are {string.Join(", ", RoleNames.All)}.");
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
