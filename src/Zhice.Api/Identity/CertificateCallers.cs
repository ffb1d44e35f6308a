using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Zhice.Api.Identity;

/// <summary>The callers of certificates. TLS checked each against the authority of callers when its connection began; here it gets its name.</summary>
internal sealed class CertificateCallers(IdentityOptions options, TimeProvider clock)
{
    private static readonly object Key = new();

    private readonly FrozenDictionary<string, CertificateCaller> _bySubject =
        options.Certificates.ToFrozenDictionary(static certificate => certificate.SubjectName, StringComparer.Ordinal);

    /// <summary>The caller of a connection.</summary>
    public IdentityOutcome Find(HttpContext context)
    {
        var items = context.Features.Get<IConnectionItemsFeature>()?.Items;
        if (items is not null && items.TryGetValue(Key, out var known) && known is Caller caller)
        {
            return ToOutcome(caller);
        }

        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return new(IdentityFault.Missing);
        }

        if (!_bySubject.TryGetValue(certificate.SubjectName.Name, out var entry))
        {
            return new(IdentityFault.NotValid);
        }

        caller = entry.ToCaller(new(certificate.NotAfter));
        items?[Key] = caller;
        return ToOutcome(caller);
    }

    private IdentityOutcome ToOutcome(Caller caller) => clock.GetUtcNow() < caller.Expires ? new(caller) : new(IdentityFault.Expired);
}
