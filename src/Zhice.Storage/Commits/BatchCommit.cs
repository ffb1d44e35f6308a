using Microsoft.Extensions.Logging;
using Zhice.Domain.Faults;
using Zhice.Storage.States;

namespace Zhice.Storage.Commits;

/// <summary>
/// Writes one batch and answers every caller in it: with the outcome once it is durable, with an exception in every
/// other case.
/// </summary>
internal sealed class BatchCommit(IStateStore store, GroupCommitOptions options, TimeProvider time, ILogger logger)
{
    public Task RunAsync(ArraySegment<PendingWrite> batch) => RunAsync(batch, isUnknown: false, tries: 1, time.GetTimestamp());

    // Once the outcome is not known it stays so until a try succeeds: a later one that fails says nothing of the first.
    private async Task RunAsync(ArraySegment<PendingWrite> batch, bool isUnknown, int tries, long begun)
    {
        for (; ; tries++)
        {
            try
            {
                Succeed(batch, await store.WriteAsync([.. batch.Select(static pending => pending.Write)]), isUnknown);
                return;
            }
            catch (Exception fault) when (fault is OutcomeUnknownException || (isUnknown && (fault is StoreUnavailableException || batch.Count == 1)))
            {
                isUnknown = true;
                logger.OutcomeUnknown(batch.Count, tries, fault);
                if (tries >= options.SettleTries || time.GetElapsedTime(begun) >= options.SettleLimit)
                {
                    Fail(batch, new StoreUnavailableException(
                        $"Whether the write was kept could not be found out in {tries} tries: {fault.Message} Read the state again.",
                        fault));
                    return;
                }
            }
            catch (StoreUnavailableException fault)
            {
                logger.StoreUnavailable(batch.Count, fault);
                Fail(batch, fault);
                return;
            }
            catch (Exception fault) when (batch.Count > 1)
            {
                // One of the writes makes the transaction fail: halve until it is alone, and keep the others.
                logger.BatchHalved(batch.Count, fault);
                await RunAsync(batch[..(batch.Count / 2)], isUnknown, tries, begun);
                await RunAsync(batch[(batch.Count / 2)..], isUnknown, tries, begun);
                return;
            }
            catch (Exception fault)
            {
                var key = batch[0].Write.Key;
                logger.StateRefused(key, fault);
                Fail(
                    batch,
                    new StateRefusedException($"The store refuses the state of {key}, {batch[0].Bytes} bytes: {fault.Message}", fault));
                return;
            }

            await Task.Delay(options.SettlePause, time);
        }
    }

    // A write that is stale now may have been kept by an earlier try and overtaken since: nobody can say that it was not.
    private static void Succeed(ArraySegment<PendingWrite> batch, WriteOutcome[] outcomes, bool wasUnknown)
    {
        if (outcomes.Length != batch.Count)
        {
            throw new InvalidOperationException($"The store answered for {outcomes.Length} writes of {batch.Count}.");
        }

        for (var i = 0; i < outcomes.Length; i++)
        {
            if (wasUnknown && !outcomes[i].IsWritten)
            {
                batch[i].Fail(
                    new StoreUnavailableException(
                        "Whether the write was kept is not known, and the state was written again since. Read it again."));
            }
            else
            {
                batch[i].Succeed(outcomes[i]);
            }
        }
    }

    // Each caller gets an exception of its own: one object thrown in many places would carry a mixture of stack traces.
    private static void Fail(ArraySegment<PendingWrite> batch, Exception fault)
    {
        foreach (var pending in batch)
        {
            pending.Fail(fault is StoreUnavailableException ? new StoreUnavailableException(fault.Message, fault.InnerException) : fault);
        }
    }
}
