using System.Threading.Channels;
using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Contracts.Deliveries;
using Zhice.V1;
using Channel = System.Threading.Channels.Channel;

namespace Zhice.Api.Deliveries;

/// <summary>
/// One subscription's stream. Contacts are taken only within the credits, a batch at a time. What the consumer says is read as
/// it comes, as far as a consumer can have to say at once, and answered in its order: so one that writes before it reads again
/// never waits for us while we wait for it.
/// </summary>
internal sealed class DeliveryStream(
    ISubscriptionGrain subscription, SubscriptionTerms terms, ReceiptWriter receipts, IServerStreamWriter<SubscribeResponse> responses,
    TimeProvider time)
    : IDisposable
{
    private const int MaxContacts = 500;

    // Of each contact that a consumer may have a settlement, a receipt and credits, in messages of their own; beyond, it waits
    // until these are answered.
    private const int MaxUnanswered = 5 * Credits.Max;

    // Few words take little room, and long ones must not take all: one message more than this is read at the most.
    private const int MaxUnansweredBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan HeartbeatPause = TimeSpan.FromSeconds(10);

    private readonly Credits _credits = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Channel<Said> _said = Channel.CreateUnbounded<Said>(new() { SingleReader = true, SingleWriter = true });
    private readonly SemaphoreSlim _answeredSome = new(0);
    private int _unanswered;
    private int _unansweredBytes;
    private long _writtenAt = time.GetTimestamp();

    /// <summary>Ends with the stream, when the consumer has said its last, or with the first fault.</summary>
    /// <param name="requests">The consumer's messages, the start read already.</param>
    /// <param name="credits">The credits of the start.</param>
    /// <param name="call">Ends with the call.</param>
    /// <param name="hostStopping">Ends when this host stops.</param>
    public async Task RunAsync(
        IAsyncStreamReader<SubscribeRequest> requests, int credits, CancellationToken call, CancellationToken hostStopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(call, hostStopping);
        _credits.Add(credits);
        var reading = ReadAsync(requests, stop.Token);
        Task[] parts = [AnswerAsync(stop.Token), HandOutAsync(stop.Token), BeatAsync(stop.Token)];
        try
        {
            await await Task.WhenAny(parts);
        }
        catch (OperationCanceledException) when (hostStopping.IsCancellationRequested && !call.IsCancellationRequested)
        {
            throw ApiError.Fail(ErrorReasons.SiloUnavailable, "This silo is being stopped. Subscribe again; settle what is leased there.");
        }
        finally
        {
            await stop.CancelAsync();
            await subscription.Leave().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll([reading, .. parts]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _credits.Dispose();
        _writing.Dispose();
        _answeredSome.Dispose();
    }

    // Its end, and its fault, are those of what was said.
    private async Task ReadAsync(IAsyncStreamReader<SubscribeRequest> requests, CancellationToken stop)
    {
        Exception? fault = null;
        try
        {
            while (await requests.MoveNext(stop))
            {
                var said = requests.Current;
                Check(said);
                var (weight, bytes) = (GetWeight(said), said.CalculateSize());
                Interlocked.Add(ref _unanswered, weight);
                Interlocked.Add(ref _unansweredBytes, bytes);
                _said.Writer.TryWrite(new(said, weight, bytes));
                while (Volatile.Read(ref _unanswered) > MaxUnanswered || Volatile.Read(ref _unansweredBytes) > MaxUnansweredBytes)
                {
                    await _answeredSome.WaitAsync(stop);
                }
            }
        }
        catch (Exception wrong)
        {
            fault = wrong;
        }

        _said.Writer.TryComplete(fault);
    }

    private async Task AnswerAsync(CancellationToken stop)
    {
        await foreach (var (said, weight, bytes) in _said.Reader.ReadAllAsync(stop))
        {
            switch (said.MessageCase)
            {
                case SubscribeRequest.MessageOneofCase.Credits:
                    // In their turn: a consumer that gives them with its settlements is handed no more than it has had answered.
                    _credits.Add(said.Credits.Credits);
                    break;
                case SubscribeRequest.MessageOneofCase.Settlements:
                    var reports = DeliveryMap.ToReports(said.Settlements);
                    await WriteAsync(DeliveryMap.ToResponse(reports, await subscription.Report(terms, reports)), stop);
                    break;
                default:
                    await WriteAsync(new() { Receipts = await receipts.WriteAsync(said.Receipts, stop) }, stop);
                    break;
            }

            Interlocked.Add(ref _unanswered, -weight);
            Interlocked.Add(ref _unansweredBytes, -bytes);

            // One is enough for the one who waits; a stream lives for months, and a count for each answer would run over.
            if (_answeredSome.CurrentCount == 0)
            {
                _answeredSome.Release();
            }
        }
    }

    private static int GetWeight(SubscribeRequest said) =>
        1 + (said.Settlements?.Settlements.Count ?? 0) + (said.Receipts?.Receipts.Count ?? 0);

    private async Task HandOutAsync(CancellationToken stop)
    {
        while (true)
        {
            var room = await _credits.WaitAsync(MaxContacts, stop);
            var taken = await subscription.Take(terms, room).AsTask().WaitAsync(stop);
            if (taken.Length > 0)
            {
                _credits.Use(taken.Length);
                await WriteAsync(DeliveryMap.ToResponse(taken), stop);
            }
        }
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        while (true)
        {
            var quiet = time.GetElapsedTime(Volatile.Read(ref _writtenAt));
            if (quiet >= HeartbeatPause)
            {
                await WriteAsync(new() { Heartbeat = new() }, stop);
                quiet = TimeSpan.Zero;
            }

            await Task.Delay(HeartbeatPause - quiet, time, stop);
        }
    }

    private async Task WriteAsync(SubscribeResponse response, CancellationToken stop)
    {
        await _writing.WaitAsync(stop);
        try
        {
            await responses.WriteAsync(response, stop);
            Volatile.Write(ref _writtenAt, time.GetTimestamp());
        }
        finally
        {
            _writing.Release();
        }
    }

    private readonly record struct Said(SubscribeRequest Message, int Weight, int Bytes);

    private static void Check(SubscribeRequest said)
    {
        var check = new Requests.RequestCheck();
        switch (said.MessageCase)
        {
            case SubscribeRequest.MessageOneofCase.Start:
                check.Add("start", FieldReasons.NotAllowed, "must be in the first message only");
                break;
            case SubscribeRequest.MessageOneofCase.Credits when said.Credits.Credits is < 1 or > Credits.Max:
                check.Add("credits.credits", FieldReasons.OutOfRange, $"is {said.Credits.Credits}; 1 to {Credits.Max} are allowed");
                break;
            case SubscribeRequest.MessageOneofCase.Settlements:
                // Before anything of it is kept.
                DeliveryMap.ToReports(said.Settlements);
                break;
            case SubscribeRequest.MessageOneofCase.Receipts:
                DeliveryMap.CheckCount("receipts.receipts", said.Receipts.Receipts.Count, check);
                ReceiptWriter.ForgetOverlong(said.Receipts);
                break;
            case SubscribeRequest.MessageOneofCase.None:
                check.Add("message", FieldReasons.Required, "must be set: credits, settlements or receipts");
                break;
        }

        check.ThrowIfAny();
    }
}
