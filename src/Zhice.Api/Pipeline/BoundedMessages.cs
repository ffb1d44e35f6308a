using System.IO.Pipelines;
using Zhice.Api.Errors;

namespace Zhice.Api.Pipeline;

/// <summary>
/// The body of a stream: each message's length is looked at before the message is waited for, and one that is too large ends the
/// stream. gRPC reads message by message, so what it is given begins with the length of the next.
/// </summary>
internal sealed class BoundedMessages(PipeReader body, int maxBytes) : PipeReader
{
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Check(await body.ReadAsync(cancellationToken));

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
        if (MessageMemoryLimit.Look(read.Buffer, maxBytes)?.Fault is { } fault)
        {
            body.AdvanceTo(read.Buffer.Start);
            throw ApiError.Fail(ErrorReasons.MalformedRequest, fault);
        }

        return read;
    }
}
