using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Zhice.Contracts.Deliveries;
using Zhice.V1;

namespace Zhice.Grains.Deliveries.Webhooks;

/// <summary>Posts one contact, and reads from the answer what became of it.</summary>
internal sealed class WebhookSender(HttpClient http, WebhookOptions options, TimeProvider clock)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>Posts a contact.</summary>
    /// <returns>2xx: sent. 408, 429, 5xx, no answer: to be tried again. Any other: to be given up.</returns>
    public async Task<ContactReport> SendAsync(TakenContact taken)
    {
        var contact = OutboundContact.Parser.ParseFrom(taken.Message);
        contact.Attempt = taken.Attempt;
        var report = new ContactReport(contact.ContactId, taken.LeaseId);
        try
        {
            using var request = RequestOf(contact);
            using var response = await http.SendAsync(request);
            return response.StatusCode switch
            {
                >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices => report,
                HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                    report with { IsSent = false, Reason = Said(response), RetryAfter = PauseOf(response) },
                _ => report with { IsSent = false, IsGivenUp = true, Reason = Said(response) },
            };
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException or Polly.ExecutionRejectedException)
        {
            return report with { IsSent = false, Reason = $"No answer: {fault.Message}" };
        }
    }

    private HttpRequestMessage RequestOf(OutboundContact contact)
    {
        var body = Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(contact));
        var content = new ByteArrayContent(body) { Headers = { ContentType = Json } };
        var request = new HttpRequestMessage(HttpMethod.Post, options.Url) { Content = content };
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(options.Secret, clock.GetUtcNow(), body));
        request.Headers.Add("Idempotency-Key", contact.ContactId);
        return request;
    }

    private TimeSpan? PauseOf(HttpResponseMessage response)
    {
        var pause = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - clock.GetUtcNow() : null;
        return pause is { } asked && asked > TimeSpan.Zero ? asked < TimeSpan.FromDays(1) ? asked : TimeSpan.FromDays(1) : null;
    }

    private static string Said(HttpResponseMessage response) =>
        string.Create(CultureInfo.InvariantCulture, $"{response.RequestMessage?.RequestUri?.Host} answered {(int)response.StatusCode} {response.ReasonPhrase}.");
}
