using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace Zhice.Api.Identity;

/// <summary>
/// The callers of certificates. TLS checked each against the authority of callers when its connection began; here it gets its name.
/// </summary>
internal sealed class CertificateCallers(IdentityOptions options, TimeProvider clock)
{
    // A connection has one certificate object for all its calls, which come side by side.
    private readonly ConditionalWeakTable<X509Certificate2, Caller> _known = [];

    private readonly FrozenDictionary<string, CertificateCaller> _bySubject =
        options.Certificates.ToFrozenDictionary(static certificate => certificate.SubjectName, StringComparer.Ordinal);

    /// <summary>The caller of a connection.</summary>
    public IdentityOutcome Find(HttpContext context)
    {
        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return new(IdentityFault.Missing);
        }

        if (_known.TryGetValue(certificate, out var caller))
        {
            return ToOutcome(caller);
        }

        if (!_bySubject.TryGetValue(certificate.SubjectName.Name, out var entry))
        {
            return new(IdentityFault.NotValid);
        }

        caller = entry.ToCaller(new(certificate.NotAfter));
        _known.AddOrUpdate(certificate, caller);
        return ToOutcome(caller);
    }

    private IdentityOutcome ToOutcome(Caller caller) => clock.GetUtcNow() < caller.Expires ? new(caller) : new(IdentityFault.Expired);
}
