namespace Zhice.Bench.Load;

/// <summary>The method that is called, and where.</summary>
/// <param name="Port">The port on 127.0.0.1; HTTP/2 in clear text.</param>
/// <param name="SendsCustomer">Whether each call has the header x-customer-id, which a balancer needs.</param>
internal sealed record LoadMethod(int Port, bool SendsCustomer = false)
{
    private const string Path = "/zhice.v1.RecommendationService/Recommend";

    /// <summary>The headers of the first call on a connection.</summary>
    public byte[] FirstHeaders { get; } = Http2.FirstHeaders(Path, $"127.0.0.1:{Port}");

    /// <summary>The name of the customer's header; empty when it is not sent.</summary>
    public byte[] CustomerHeader { get; } = SendsCustomer ? Http2.HeaderName("x-customer-id") : [];
}
