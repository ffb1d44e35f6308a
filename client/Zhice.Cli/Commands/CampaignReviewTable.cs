using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>Prints all that is approved with a campaign.</summary>
internal static class CampaignReviewTable
{
    public static void Print(Terminal terminal, GetCampaignResponse answer)
    {
        if (terminal.IsJson)
        {
            terminal.Json(answer.Review);
            return;
        }

        var (campaign, review) = (answer.Status.Campaign, answer.Review);
        terminal.Line($"etag {answer.Status.Etag}, by catalogue version {review.CatalogVersion}");
        if (review.ChangedSinceApproval)
        {
            terminal.Line("Its action, texts, placements or saved audience are others than those that were approved: it must be approved again.");
        }

        terminal.Table("what is approved", ["what", "is"], Rows(campaign, review).Where(static row => row[1].Length > 0));
        terminal.Table("texts", ["treatment", "placements", "language", "title", "text", "template", "leads to"], Texts(campaign, review));
    }

    private static IEnumerable<string[]> Rows(Campaign campaign, CampaignReview review)
    {
        var saved = review.SavedAudience;
        yield return ["name", campaign.DisplayName];
        yield return ["audience", campaign.Audience];
        yield return ["saved audience", saved is null ? campaign.AudienceId : $"{saved.AudienceId}, version {saved.Version} by {saved.Author}: {(saved.Expression.Length > 0 ? saved.Expression : $"{NumberText.Count(saved.Listed)} listed")}"];
        yield return ["size of the audience", $"{NumberText.Count(review.AudienceCustomers)} of {NumberText.Count(review.AllCustomers)} customers"];
        yield return ["action", review.Action is { } action ? $"{action.ActionId}: {action.DisplayName}" : $"{campaign.ActionId}, which the catalogue has not"];
        yield return ["placements", string.Join(", then ", review.Placements.Select(static placement => $"{placement.PlacementId} ({placement.ChannelId})"))];
        yield return ["arms", string.Join(", ", campaign.Arms.Select(static arm => $"{arm.ArmId}: {arm.TreatmentId}, weight {arm.Weight}"))];
        yield return ["holdout", campaign.Holdout == 0 ? "none" : campaign.Holdout.ToString("P2", CultureInfo.InvariantCulture)];
        yield return ["runs", Schedule(campaign)];
        yield return ["ends", campaign.EndTime is null ? "" : InstantText.Format(campaign.EndTime)];
        yield return ["hours", campaign.SendWindow is { } hours ? $"{hours.From} to {hours.Until}" : "all day"];
        yield return ["a contact waits", Span(campaign.ContactExpiry, "1 day")];
        yield return ["contacts a second", Limit(campaign.ContactsPerSecond)];
        yield return ["contacts a day", Limit(campaign.ContactsPerDay)];
        yield return ["budget", campaign.BudgetFen == 0 ? "no limit" : string.Create(CultureInfo.InvariantCulture, $"{campaign.BudgetFen / 100m:N2} yuan, {campaign.CostFen / 100m:N2} a contact")];
        yield return ["written by", string.Join(", ", review.Authors)];
    }

    // Of the treatments of the arms, or of those that fit a placement.
    private static IEnumerable<string[]> Texts(Campaign campaign, CampaignReview review) => (review.Action?.Treatments ?? [])
        .Where(treatment => campaign.Arms.Count == 0 || campaign.Arms.Any(arm => arm.TreatmentId == treatment.TreatmentId))
        .Select(treatment => (Treatment: treatment, Placements: review.Placements.Select(static placement => placement.PlacementId).Intersect(treatment.PlacementIds).ToList()))
        .Where(static each => each.Placements.Count > 0)
        .Select(static each => new[]
        {
            each.Treatment.TreatmentId, string.Join(", ", each.Placements), each.Treatment.Content?.Language is { Length: > 0 } language ? language : "zh-CN",
            each.Treatment.Content?.Title ?? "", each.Treatment.Content?.Body ?? "", each.Treatment.Content?.TemplateId ?? "", each.Treatment.Content?.DeepLink ?? "",
        });

    private static string Schedule(Campaign campaign) => campaign.ScheduleCase switch
    {
        Campaign.ScheduleOneofCase.OneOff => campaign.OneOff.StartTime is null ? "once, as soon as it is scheduled" : $"once, from {InstantText.Format(campaign.OneOff.StartTime)}",
        Campaign.ScheduleOneofCase.Recurring => $"from {InstantText.Format(campaign.Recurring.StartTime)} every {Span(campaign.Recurring.Interval, "")}",
        Campaign.ScheduleOneofCase.Trigger => $"for each event '{campaign.Trigger.EventTypeId}'",
        _ => "",
    };

    private static string Limit(long limit) => limit == 0 ? "no limit" : NumberText.Count(limit);

    private static string Span(Duration? span, string otherwise) => span is null ? otherwise : span.ToTimeSpan().ToString("g", CultureInfo.InvariantCulture);
}
