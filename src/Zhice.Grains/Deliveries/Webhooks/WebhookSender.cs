using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Zhice.Contracts.Deliveries;
using Zhice.Grains.Deliveries.Connectors;
using Zhice.V1;

namespace Zhice.Grains.Deliveries.Webhooks;

/// <summary>Posts one contact, and reads from the answer what became of it.</summary>
internal sealed class WebhookSender(HttpClient http, WebhookOptions options, TimeProvider clock, ILogger<WebhookSender> log)
    : IContactSender
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly TimeSpan PauseBetweenLines = TimeSpan.FromMinutes(1);

    // All repeats, and the pauses between them, of which the longest is 5 s.
    private readonly TimeSpan _longest = ((options.Repeats + 1) * options.Timeout) + (options.Repeats * TimeSpan.FromSeconds(8));
    private long _redirectLoggedAt;

    public string Consumer => "webhook";

    public string ChannelId => options.Channel;

    public int Parallel => options.Parallel;

    public TimeSpan MaxSendTime => (options.Repeats + 1) * options.Timeout;

    /// <summary>
    /// What requests go through. A redirect is not followed: it would turn the post into a GET elsewhere, or hand customers' data and the
    /// signature to whatever host the answer names. Of an answer the status and the headers count; its body is read by nobody.
    /// </summary>
    /// <param name="allowLocal">Whether the receiver may be on this machine or link.</param>
    public static SocketsHttpHandler CreateHandler(bool allowLocal) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectCallback = allowLocal ? null : WebhookConnection.ConnectAsync,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 64 * 1024,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>Posts a contact.</summary>
    /// <returns>2xx: sent. 3xx, 408, 429, 5xx, no answer: to be tried again. Any other: to be given up.</returns>
    public async Task<ContactReport> SendAsync(Domain.Deliveries.LeasedContact taken)
    {
        var contact = OutboundContact.Parser.ParseFrom(taken.Message);
        contact.Attempt = taken.Attempt;
        var report = new ContactReport(contact.ContactId, taken.LeaseId);
        try
        {
            using var request = CreateRequest(contact);
            using var limit = new CancellationTokenSource(_longest, clock);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => report,
                >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                    report with { IsSent = false, Reason = Redirected(response) },
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                    report with { IsSent = false, Reason = Said(response), RetryAfter = GetPause(response) },
                _ => report with { IsSent = false, IsGivenUp = true, Reason = Said(response) },
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or Polly.ExecutionRejectedException)
        {
            return report with { IsSent = false, Reason = $"No answer: {fault.Message}" };
        }
    }

    private HttpRequestMessage CreateRequest(OutboundContact contact)
    {
        var body = Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(contact));
        var content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = content };
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Compute(options.Secret, clock.GetUtcNow(), body));
        request.Headers.Add("Idempotency-Key", contact.ContactId);
        return request;
    }

    // A login page, a moved path: somebody has to mend the URL, and is told once a minute.
    private string Redirected(HttpResponseMessage response)
    {
        var loggedAt = Volatile.Read(ref _redirectLoggedAt);
        if ((loggedAt == 0 || clock.GetElapsedTime(loggedAt) >= PauseBetweenLines)
            && Interlocked.CompareExchange(ref _redirectLoggedAt, clock.GetTimestamp(), loggedAt) == loggedAt)
        {
            GrainsLog.WebhookRedirected(log, options.Channel, (int)response.StatusCode);
        }

        return $"{Said(response)} Redirects are not followed.";
    }

    private TimeSpan? GetPause(HttpResponseMessage response)
    {
        var pause = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - clock.GetUtcNow() : null;
        return pause is { } asked && asked > TimeSpan.Zero ? asked < TimeSpan.FromDays(1) ? asked : TimeSpan.FromDays(1) : null;
    }

    private static string Said(HttpResponseMessage response) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{response.RequestMessage?.RequestUri?.Host} answered {(int)response.StatusCode} {response.ReasonPhrase}.");
}
