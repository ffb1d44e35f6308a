using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Zhice.Hosting;

/// <summary>The certificates of the ports of gRPC and HTTP, as their files had them when they were read.</summary>
/// <param name="Own">The certificate of the host, with its key.</param>
/// <param name="Context">The same with those between it and its authority, made once for all connections.</param>
/// <param name="CallerAuthorities">The authorities of callers' certificates; empty: none are asked for.</param>
public sealed record ApiCertificates(
    X509Certificate2 Own, SslStreamCertificateContext Context, X509Certificate2Collection CallerAuthorities);
