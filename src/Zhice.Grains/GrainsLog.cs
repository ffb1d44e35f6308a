using Microsoft.Extensions.Logging;

namespace Zhice.Grains;

internal static partial class GrainsLog
{
    [LoggerMessage(1, LogLevel.Warning, "What was learned of {ActionId} is not saved yet; trying again in a second.")]
    public static partial void ModelNotSaved(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "What was learned of {ActionId} could not be loaded; trying again in a second.")]
    public static partial void ModelNotLoaded(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(7, LogLevel.Warning, "{Count} decisions are not logged yet; trying again in a second.")]
    public static partial void DecisionsNotLogged(ILogger logger, int count, Exception fault);

    [LoggerMessage(8, LogLevel.Warning, "{Count} decisions were not logged: too many waited for the store.")]
    public static partial void DecisionsDropped(ILogger logger, long count);

    [LoggerMessage(10, LogLevel.Error, "{Count} decisions are not logged: the store never takes them.")]
    public static partial void DecisionsRefused(ILogger logger, int count, Exception fault);

    [LoggerMessage(9, LogLevel.Warning, "Old decisions could not be forgotten; trying again in an hour.")]
    public static partial void DecisionsNotForgotten(ILogger logger, Exception fault);

    [LoggerMessage(63, LogLevel.Warning, "What is too old in the store could not all be forgotten; trying again in an hour.")]
    public static partial void OldNotForgotten(ILogger logger, Exception fault);

    [LoggerMessage(90, LogLevel.Information, "{Count} values of tags were past their retention and are removed.")]
    public static partial void TagsForgotten(ILogger logger, long count);

    [LoggerMessage(91, LogLevel.Warning, "Values of tags past their retention could not all be removed; trying again in five minutes.")]
    public static partial void TagsNotForgotten(ILogger logger, Exception fault);

    [LoggerMessage(4, LogLevel.Error, "What was learned of {ActionId} cannot be read; it starts again from its prior.")]
    public static partial void ModelUnreadable(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(79, LogLevel.Error, "The history of the models of {ActionId} cannot be read; it starts again, and the models stay.")]
    public static partial void ModelHistoryUnreadable(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(5, LogLevel.Warning, "The board of models did not answer; asking again.")]
    public static partial void ModelBoardSilent(ILogger logger, Exception fault);

    [LoggerMessage(6, LogLevel.Warning, "The board of models did not take what was learned of {ActionId}; trying again in a second.")]
    public static partial void ModelNotPublished(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(11, LogLevel.Warning, "The silo {Silo} did not answer about bulk data.")]
    public static partial void BulkSiloSilent(ILogger logger, string silo, Exception fault);

    [LoggerMessage(12, LogLevel.Error, "The bulk operation {Operation} failed.")]
    public static partial void BulkFailed(ILogger logger, string operation, Exception fault);

    [LoggerMessage(13, LogLevel.Warning, "The bulk operations could not be looked after; trying again.")]
    public static partial void BulkWatchFailed(ILogger logger, Exception fault);

    [LoggerMessage(14, LogLevel.Information, "The bulk operation {Operation} begins after {Rows} rows (attempt {Attempt}).")]
    public static partial void BulkBegins(ILogger logger, string operation, long rows, int attempt);

    [LoggerMessage(3, LogLevel.Information, "{Count} customers left this silo in {Milliseconds:0} ms.")]
    public static partial void CustomersMoved(ILogger logger, int count, double milliseconds);

    [LoggerMessage(15, LogLevel.Warning, "Campaign {Campaign} is held up; it goes on in some seconds.")]
    public static partial void CampaignHeldUp(ILogger logger, string campaign, Exception fault);

    [LoggerMessage(16, LogLevel.Warning, "The campaigns could not be looked after; trying again.")]
    public static partial void CampaignWatchFailed(ILogger logger, Exception fault);

    [LoggerMessage(
        40, LogLevel.Warning,
        "Campaign {Campaign} could not be woken; it is tried again less and less often, at least once a minute, and the others go on.")]
    public static partial void CampaignNotWoken(ILogger logger, string campaign, Exception fault);

    [LoggerMessage(41, LogLevel.Warning, "A timer of journeys of {CustomerId} could not be fired; it is tried again less and less often, at least every five minutes, and the others go on.")]
    public static partial void TimerFailed(ILogger logger, string customerId, Exception fault);

    [LoggerMessage(17, LogLevel.Warning, "The silo {Silo} did not answer about audiences.")]
    public static partial void AudienceSiloSilent(ILogger logger, string silo, Exception fault);

    [LoggerMessage(18, LogLevel.Warning, "The audiences' indexes could not be kept fresh; trying again.")]
    public static partial void AudiencesNotKept(ILogger logger, Exception fault);

    [LoggerMessage(19, LogLevel.Warning, "Leases of stock could not be looked after; trying again.")]
    public static partial void StockNotKept(ILogger logger, Exception fault);

    [LoggerMessage(20, LogLevel.Warning, "Timers of journeys could not be looked for; trying again.")]
    public static partial void TimersNotFired(ILogger logger, Exception fault);

    [LoggerMessage(21, LogLevel.Debug, "A timer of {CustomerId} could not be fired; trying again.")]
    public static partial void TimerNotFired(ILogger logger, string customerId, Exception fault);

    [LoggerMessage(30, LogLevel.Debug, "The silo {Silo} was not told of contacts to be sent; it looks for itself.")]
    public static partial void SiloNotWoken(ILogger logger, SiloAddress silo, Exception fault);

    [LoggerMessage(32, LogLevel.Warning, "The {Consumer} of {ChannelId} could not go on; trying again in a second.")]
    public static partial void ContactNotSent(ILogger logger, string consumer, string channelId, Exception fault);

    [LoggerMessage(35, LogLevel.Warning, "The receiver of the webhook of {ChannelId} answers {Status}, a redirect, which is not followed: its contacts are not sent. Set the URL that it redirects to.")]
    public static partial void WebhookRedirected(ILogger logger, string channelId, int status);

    [LoggerMessage(36, LogLevel.Warning, "Contacts of {CustomerId} could not be ended; others pass, and it is tried again.")]
    public static partial void ContactsNotEnded(ILogger logger, string customerId, Exception fault);

    [LoggerMessage(33, LogLevel.Warning, "Contacts of {CustomerId} could not be judged for their hand-over; trying again.")]
    public static partial void HandOverNotJudged(ILogger logger, string customerId, Exception fault);

    [LoggerMessage(34, LogLevel.Warning, "Contacts that stops or recalls concern could not be looked after; trying again.")]
    public static partial void StopsNotKept(ILogger logger, Exception fault);

    [LoggerMessage(31, LogLevel.Warning, "Contacts that are past their time could not be ended; trying again.")]
    public static partial void OverdueNotEnded(ILogger logger, Exception fault);

    [LoggerMessage(60, LogLevel.Warning, "Grains could not be spread over the silos; trying again.")]
    public static partial void GrainsNotSpread(ILogger logger, Exception fault);

    [LoggerMessage(61, LogLevel.Warning, "The grain {Grain} could not move to the silo {Silo}; trying again.")]
    public static partial void GrainNotMoved(ILogger logger, GrainId grain, SiloAddress silo, Exception fault);

    [LoggerMessage(62, LogLevel.Information, "{Count} grains moved to the silos that have their buckets.")]
    public static partial void GrainsSpread(ILogger logger, int count);

    [LoggerMessage(64, LogLevel.Warning, "{Count} lessons of {ActionId} were not learned.")]
    public static partial void LessonsLost(ILogger logger, int count, string actionId, Exception fault);

    [LoggerMessage(66, LogLevel.Warning, "The erasure {IdHash} broke off; it is taken up again.")]
    public static partial void ErasureBroken(ILogger logger, string idHash, Exception fault);

    [LoggerMessage(67, LogLevel.Warning, "Erasures that broke off could not be taken up; trying again.")]
    public static partial void ErasuresNotResumed(ILogger logger, Exception fault);

    [LoggerMessage(
        70, LogLevel.Warning, "A new key signs the checkpoints of the audit: {File}. Its public half is beside it, with .pub at its end.")]
    public static partial void AuditKeyMade(ILogger logger, string file);

    [LoggerMessage(71, LogLevel.Error, "A checkpoint of the audit could not be made; trying again in a minute.")]
    public static partial void CheckpointNotMade(ILogger logger, Exception fault);

    [LoggerMessage(72, LogLevel.Error, "Checkpoints of the audit could not be written to {Folder}; trying again in a minute.")]
    public static partial void CheckpointNotWritten(ILogger logger, string folder, Exception fault);

    [LoggerMessage(80, LogLevel.Warning, "The public key of the audit could not be written to {File}.")]
    public static partial void PublicKeyNotWritten(ILogger logger, string file, Exception fault);

    [LoggerMessage(
        73, LogLevel.Error, "The newest checkpoint of the audit in the store is not one that a silo wrote; the next one follows it.")]
    public static partial void CheckpointUnreadable(ILogger logger, Exception fault);

    [LoggerMessage(74, LogLevel.Error, "The end of {Method} on {Target} is not in the audit trail.")]
    public static partial void NotAudited(ILogger logger, string method, string target, Exception fault);

    [LoggerMessage(75, LogLevel.Warning, "{Count} facts are not recorded yet; trying again in a second.")]
    public static partial void FactsNotRecorded(ILogger logger, int count, Exception fault);

    [LoggerMessage(76, LogLevel.Error, "{Count} facts are not recorded: the store never takes them.")]
    public static partial void FactsRefused(ILogger logger, int count, Exception fault);

    [LoggerMessage(77, LogLevel.Warning, "{Count} facts were not recorded: too many waited for the store.")]
    public static partial void FactsDropped(ILogger logger, long count);

    [LoggerMessage(78, LogLevel.Warning, "It could not be looked whether an arm of an experiment is to be promoted; it is tried again.")]
    public static partial void PromotionFailed(ILogger logger, Exception fault);

    [LoggerMessage(83, LogLevel.Warning, "The scores of the model of {ActionId} are not what they were: {Findings}. See its history.")]
    public static partial void ScoresChanged(ILogger logger, string actionId, Domain.Learning.Histories.ScoreFindings findings);
}
