namespace Zhice.Bench.Load;

/// <summary>The method that is called, and where.</summary>
/// <param name="Port">The port on 127.0.0.1; HTTP/2.</param>
/// <param name="SendsCustomer">Whether each call has the header x-customer-id, which a balancer needs.</param>
/// <param name="IsSecured">Whether the server speaks TLS.</param>
/// <param name="Token">A token that each call has, which the server's table of headers keeps; empty for none.</param>
internal sealed record LoadMethod(int Port, bool SendsCustomer = false, bool IsSecured = false, string Token = "")
{
    private const string Path = "/zhice.v1.RecommendationService/Recommend";

    /// <summary>The headers of the first call on a connection.</summary>
    public byte[] FirstHeaders { get; } = Http2.FirstHeaders(Path, $"127.0.0.1:{Port}", IsSecured, Token);

    /// <summary>The headers of the other calls.</summary>
    public byte[] LaterHeaders { get; } = Http2.LaterHeaders(IsSecured, Token.Length > 0);

    /// <summary>The name of the customer's header; empty when it is not sent.</summary>
    public byte[] CustomerHeader { get; } = SendsCustomer ? Http2.HeaderName("x-customer-id") : [];
}
