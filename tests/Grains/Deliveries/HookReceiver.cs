using System.Collections.Concurrent;
using System.Net;
using Zhice.Grains.Deliveries.Webhooks;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>A receiver of webhooks over HTTP, which answers as the customer's id says: "fine", "gone", or "busy" at first.</summary>
internal sealed class HookReceiver : IDisposable
{
    public const string Secret = "a secret of the tests";

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();

    public HookReceiver(int port)
    {
        Url = new($"http://127.0.0.1:{port}/contacts/");
        _listener.Prefixes.Add(Url.ToString());
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    /// <summary>What was received with a signature that holds, by customer.</summary>
    public ConcurrentDictionary<string, V1.OutboundContact> Received { get; } = new();

    public int CallsOf(string customerId) => _calls.GetValueOrDefault(customerId);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            var call = await _listener.GetContextAsync();
            using var body = new MemoryStream();
            await call.Request.InputStream.CopyToAsync(body);
            var contact = V1.OutboundContact.Parser.ParseJson(System.Text.Encoding.UTF8.GetString(body.ToArray()));
            var calls = _calls.AddOrUpdate(contact.CustomerId, 1, static (_, calls) => calls + 1);
            var isSigned = WebhookSignature.Holds(
                call.Request.Headers[WebhookSignature.Header] ?? "", Secret, body.ToArray(), DateTimeOffset.UtcNow,
                TimeSpan.FromMinutes(5));
            if (isSigned && call.Request.Headers["Idempotency-Key"] == contact.ContactId)
            {
                Received[contact.CustomerId] = contact;
            }

            call.Response.StatusCode = contact.CustomerId switch
            {
                _ when !isSigned => 401,
                "hook-gone" => 410,
                "hook-busy" when calls == 1 => 503,
                _ => 204,
            };
            call.Response.Close();
        }
    }
}
