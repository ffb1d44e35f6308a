using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Zhice.Silo;

/// <summary>
/// Calls the health service of the silo over connections to its own gRPC port, so that the code of connections is compiled as well, with
/// that of TLS. The service asks for no identity, and the calls change nothing.
/// </summary>
/// <remarks>Where the port wants a certificate of clients, there is none to show, and no call is made.</remarks>
internal sealed class OwnConnections(SiloSettings settings, TimeProvider clock)
{
    private const string Method = "/grpc.health.v1.Health/Check";

    // A message without fields, behind gRPC's five bytes.
    private static readonly byte[] Question = new byte[5];

    /// <summary>Calls until it is cancelled, or until a call fails.</summary>
    /// <param name="pause">How long after each call.</param>
    /// <param name="end">Ends it.</param>
    /// <returns>How many calls were answered.</returns>
    public async Task<int> CallAsync(TimeSpan pause, CancellationToken end)
    {
        var answered = 0;
        try
        {
            using var client = CreateClient();
            while (!end.IsCancellationRequested)
            {
                using var request = CreateRequest();
                using var response = await client.SendAsync(request, end);
                await response.Content.ReadAsByteArrayAsync(end);
                answered++;
                await Task.Delay(pause, clock, end);
            }
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or CryptographicException or OperationCanceledException)
        {
            // Refused, or the end.
        }

        return answered;
    }

    private HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        if (settings.Tls.IsOn)
        {
            // Whatever name it has and whoever signed it.
            using var own = X509CertificateLoader.LoadCertificateFromFile(settings.Tls.CertificateFile);
            var expected = own.RawData;
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetRawCertData().SequenceEqual(expected) == true;
        }

        return new(handler);
    }

    private HttpRequestMessage CreateRequest()
    {
        var address = IPAddress.TryParse(settings.Address, out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            ? IPAddress.Loopback.ToString()
            : settings.Address;
        var request = new HttpRequestMessage(
            HttpMethod.Post,
            new UriBuilder(settings.Tls.IsOn ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, address, settings.GrpcPort, Method).Uri)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(Question),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        return request;
    }
}
