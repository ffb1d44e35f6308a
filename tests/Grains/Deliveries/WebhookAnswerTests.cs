using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Deliveries;
using Zhice.Grains.Deliveries.Connectors;
using Zhice.Grains.Deliveries.Webhooks;
using OutboundContact = Zhice.V1.OutboundContact;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>What a webhook makes of answers that are no plain ones, from a receiver over TCP.</summary>
public sealed class WebhookAnswerTests
{
    [Theory]
    [InlineData("301 Moved Permanently")]
    [InlineData("302 Found")]
    [InlineData("303 See Other")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    public async Task A_redirect_is_not_followed_and_the_contact_is_not_sent(string status)
    {
        using var receiver = new RawReceiver($"HTTP/1.1 {status}\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");

        var report = await SendAsync(receiver);

        Assert.Equal((false, false), (report.IsSent, report.IsGivenUp));
        Assert.Contains($"answered {status}", report.Reason, StringComparison.Ordinal);
        Assert.Contains("not followed", report.Reason, StringComparison.Ordinal);
        Assert.Equal(1, receiver.Requests);
    }

    [Fact]
    public async Task An_answer_that_never_ends_is_not_waited_for()
    {
        using var receiver = new RawReceiver("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", again: "4\r\nmore\r\n");

        Assert.True((await SendAsync(receiver)).IsSent);
    }

    [Fact]
    public async Task Headers_that_never_end_are_given_up_within_the_time_of_all_repeats()
    {
        using var receiver = new RawReceiver("HTTP/1.1 200 OK\r\n", again: "X: y\r\n");

        var report = await SendAsync(receiver, seconds: 0.5);

        Assert.False(report.IsSent);
        Assert.StartsWith("No answer", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_is_not_kept()
    {
        using var receiver = new RawReceiver("HTTP/1.1 204 No Content\r\nSet-Cookie: session=1; Path=/\r\nConnection: close\r\n\r\n");
        using var http = new HttpClient(WebhookSender.CreateHandler(allowLocal: true));

        await SendAsync(receiver, http);
        await SendAsync(receiver, http);

        Assert.Equal(2, receiver.Requests);
        Assert.DoesNotContain("session=1", receiver.Heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_that_could_not_be_told_is_told_again_and_the_contact_is_posted_once()
    {
        using var receiver = new RawReceiver("HTTP/1.1 204 No Content\r\n\r\n");
        var options = OptionsFor(receiver);
        using var http = new HttpClient(WebhookSender.CreateHandler(allowLocal: true));
        var subscription = new ForgetfulSubscription(
            new(Contact.ToByteArray(), 1, "lease", DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds()));
        using var dispatcher = new ContactDispatcher(
            new WebhookSender(http, options, TimeProvider.System, NullLogger<WebhookSender>.Instance), _ => subscription,
            TimeProvider.System,
            NullLogger<ContactDispatcher>.Instance);

        await dispatcher.StartAsync(default);
        var told = await subscription.Told.Task;
        await dispatcher.StopAsync(default);

        Assert.Equal(("c1", true), (Assert.Single(told).ContactId, told[0].IsSent));
        Assert.Equal((1, 3), (receiver.Requests, subscription.Reports));
    }

    [Fact]
    public void A_secret_that_cannot_be_read_is_told_in_a_sentence()
    {
        // A folder is no file: reading it is refused.
        var options = new WebhookOptions { Channel = "sms", Url = new("https://gateway.bank/contacts"), SecretFile = Path.GetTempPath() };

        Assert.Contains(
            "cannot read its SecretFile", Assert.Throws<ArgumentException>(() => options.Checked()).Message, StringComparison.Ordinal);
    }

    private static OutboundContact Contact => new() { ContactId = "c1", CustomerId = "a" };

    private static WebhookOptions OptionsFor(RawReceiver receiver) =>
        new() { Channel = "sms", Url = receiver.Url, Secret = "0123456789abcdef", Timeout = TimeSpan.FromSeconds(10), Repeats = 0 };

    private static async Task<ContactReport> SendAsync(RawReceiver receiver, double seconds = 10)
    {
        using var http = new HttpClient(WebhookSender.CreateHandler(allowLocal: true));
        return await SendAsync(receiver, http, seconds);
    }

    private static Task<ContactReport> SendAsync(RawReceiver receiver, HttpClient http, double seconds = 10) =>
        new WebhookSender(
            http, OptionsFor(receiver) with { Timeout = TimeSpan.FromSeconds(seconds) }, TimeProvider.System,
            NullLogger<WebhookSender>.Instance).SendAsync(new(Contact.ToByteArray(), 1, "lease", 0));

    // Has one contact, and hears of it at the third attempt.
    private sealed class ForgetfulSubscription(LeasedContact contact) : ISubscriptionGrain
    {
        private int _takes;

        public TaskCompletionSource<ImmutableArray<ContactReport>> Told { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Reports { get; private set; }

        public async ValueTask<ImmutableArray<LeasedContact>> Take(SubscriptionTerms terms, int most)
        {
            if (Interlocked.Increment(ref _takes) > 1)
            {
                await Task.Delay(Timeout.Infinite);
            }

            return [contact];
        }

        public ValueTask<ImmutableArray<SettlementOutcome>> Report(SubscriptionTerms terms, ImmutableArray<ContactReport> reports)
        {
            if (++Reports < 3)
            {
                throw new TimeoutException("The store is away.");
            }

            Told.SetResult(reports);
            return ValueTask.FromResult<ImmutableArray<SettlementOutcome>>([.. reports.Select(static _ => SettlementOutcome.Settled)]);
        }

        public ValueTask Leave() => default;
    }

    // Answers each request with the same bytes, and goes on with others for as long as the caller listens.
    private sealed class RawReceiver : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly StringBuilder _heard = new();
        private int _requests;

        public RawReceiver(string answer, string again = "")
        {
            _listener.Start();
            Url = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/contacts");
            _ = Task.Run(() => ServeAsync(answer, again));
        }

        public Uri Url { get; }

        public int Requests => Volatile.Read(ref _requests);

        public string Heard
        {
            get
            {
                lock (_heard)
                {
                    return _heard.ToString();
                }
            }
        }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(string answer, string again)
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = Task.Run(() => AnswerAsync(client, answer, again));
            }
        }

        private async Task AnswerAsync(TcpClient client, string answer, string again)
        {
            using (client)
            {
                var stream = client.GetStream();
                var buffer = new byte[64 * 1024];
                var text = "";
                while (!text.Contains("\r\n\r\n{", StringComparison.Ordinal))
                {
                    var read = await stream.ReadAsync(buffer);
                    if (read == 0)
                    {
                        return;
                    }

                    text += Encoding.UTF8.GetString(buffer, 0, read);
                }

                lock (_heard)
                {
                    _heard.Append(text);
                }

                Interlocked.Increment(ref _requests);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
                while (again.Length > 0)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(again));
                    await Task.Delay(20);
                }
            }
        }
    }
}
