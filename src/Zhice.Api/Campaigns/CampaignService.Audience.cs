using Zhice.Api.Audiences;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Faults;
using Zhice.V1;

namespace Zhice.Api.Campaigns;

/// <content>Whom a campaign is for, and as at when that is asked.</content>
internal sealed partial class CampaignService
{
    private static readonly TimeSpan MaxCount = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FarthestRehearsal = TimeSpan.FromDays(366);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<AudienceQuestion> QuestionAsync(CampaignDefinition definition)
    {
        var question = await grains.QuestionAsync(definition.Order.Audience, definition.AudienceId, NowMs)
            ?? throw AudienceQuestions.NotFound(definition.AudienceId);
        if (CampaignPlan.Make(definition.Order with { Audience = question.Expression }, catalogs.Current, out var fault) is null)
        {
            // What was sound when it was saved may name a tag that is gone since.
            var check = new RequestCheck();
            check.Add("campaign.audience_id", FieldReasons.CatalogFault, fault);
            check.ThrowIfAny();
        }

        return question;
    }

    private async ValueTask<IEnumerable<string>> WarningsAsync(Campaign campaign, AudienceQuestion question)
    {
        // Whom a trigger is for is asked of the customers of its events alone.
        if (campaign.ScheduleCase == Campaign.ScheduleOneofCase.Trigger)
        {
            return [];
        }

        try
        {
            var counts = await grains.GetGrain<IAudienceQueryGrain>(0).Count([question]).AsTask().WaitAsync(MaxCount, clock);
            return counts.Missing.IsEmpty && counts.All == 0 ? ["Its audience holds for no customer now."] : [];
        }
        catch (Exception fault) when (fault is TimeoutException or IndexNotReadyException or StoreUnavailableException)
        {
            return ["The size of its audience cannot be counted now."];
        }
    }

    // The instant as at which a run that begins then asks its first customers.
    private long RehearsedAt(RehearseCampaignRequest request, CampaignDefinition definition, RequestCheck check)
    {
        var nowMs = NowMs;
        var atMs = Math.Max(definition.StartsAtMs, nowMs);
        if (request.AtTime is { } at)
        {
            var (first, last) = (nowMs - (long)Grace.TotalMilliseconds, nowMs + (long)FarthestRehearsal.TotalMilliseconds);
            atMs = at.Seconds is > -62_135_596_800 and < 253_402_300_799 ? (at.Seconds * 1000) + (at.Nanos / 1_000_000) : 0;
            if (atMs < first || atMs > last)
            {
                check.Add("at_time", FieldReasons.OutOfRange, "is from now to 366 days ahead");
                return atMs;
            }
        }

        var opens = CampaignPlan.Make(definition.Order, catalogs.Current, out _)?.OpensAt(atMs) ?? atMs;
        if (opens >= definition.Order.EndsAtMs)
        {
            check.Add("at_time", FieldReasons.OutOfRange, "lets the run begin at its end or later");
        }

        return opens;
    }
}
