using System.Collections.Frozen;
using System.IO.Pipelines;
using Zhice.Api.Errors;

namespace Zhice.Api.Requests;

/// <summary>
/// How large one message of a client's stream may be. Its bytes are held until all of it is there, and again while it is worked at:
/// with as many streams as may be open, a limit meant for a batch would allow gigabytes.
/// </summary>
internal static class StreamMessages
{
    private static readonly FrozenDictionary<string, int> MostBytes = new Dictionary<string, int>
    {
        // An event has properties of 16 KiB at the most.
        ["/zhice.v1.EventService/StreamEvents"] = 64 << 10,

        // 1,000 settlements, each with its two ids and a reason.
        ["/zhice.v1.DeliveryService/Subscribe"] = 512 << 10,

        // 10,000 ids of 64 bytes.
        ["/zhice.v1.AudienceService/UploadAudience"] = 1 << 20,

        // A chunk of 4 MiB, and a few bytes that say so.
        ["/zhice.v1.BulkService/UploadFile"] = (4 << 20) + (1 << 10),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>How many bytes a message of this method may have, unpacked; null for a method whose client sends one message.</summary>
    /// <param name="method">The method's path, such as <c>/zhice.v1.EventService/StreamEvents</c>.</param>
    public static int? MostBytesOf(string method) => MostBytes.TryGetValue(method, out var most) ? most : null;
}

/// <summary>
/// The body of a stream: each message's length is looked at before the message is waited for, and one that is too large ends the
/// stream. gRPC reads message by message, so what it is given begins with the length of the next.
/// </summary>
internal sealed class BoundedMessages(PipeReader body, int most) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Check(await body.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        var hasRead = body.TryRead(out result);
        if (hasRead)
        {
            Check(result);
        }

        return hasRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => body.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => body.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => body.CompleteAsync(exception);

    private ReadResult Check(ReadResult read)
    {
        if (MessageRoom.Look(read.Buffer, most)?.Fault is { } fault)
        {
            body.AdvanceTo(read.Buffer.Start);
            throw ApiError.Fail(ErrorReasons.MalformedRequest, fault);
        }

        return read;
    }
}
