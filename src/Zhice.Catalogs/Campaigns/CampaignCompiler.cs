using System.Collections.Immutable;
using System.Globalization;
using Zhice.Catalogs.Experiments;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;

namespace Zhice.Catalogs.Campaigns;

/// <summary>Checks a campaign against a catalogue.</summary>
public static class CampaignCompiler
{
    private const int MaxPlacements = 8;
    private const int MaxArms = 16;
    private const int MaxWeight = 10_000;
    private const int MaxPerSecond = 1_000_000;
    private const long MaxFen = 1_000_000_000_000_000;

    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromDays(1);

    /// <summary>The campaign, or what is wrong with it, each with its path.</summary>
    /// <param name="campaign">What was written.</param>
    /// <param name="catalog">The catalogue in force.</param>
    /// <param name="revision">Which edition of it this is.</param>
    public static (
        CampaignDefinition? Definition, ImmutableArray<CatalogFault> Faults) Compile(V1.Campaign campaign, Catalog catalog, long revision)
    {
        var faults = new CatalogFaults();
        if (!CatalogIds.IsWellFormed(campaign.CampaignId))
        {
            faults.Add("campaign_id", $"found '{ShortName.Shorten(campaign.CampaignId)}'; an id is lower case letters, digits and '_', starts with a letter, and has at most {CatalogIds.MaxLength} characters");
        }

        faults.DisplayName("display_name", campaign.DisplayName, campaign.CampaignId);
        if (campaign.Audience.Length == 0 && campaign.AudienceId.Length == 0)
        {
            faults.Add(
                "audience",
                "found none; write a condition such as tags.age >= 30, name a saved audience in audience_id, or say true for everyone");
        }

        faults.AtMost("placement_ids", campaign.PlacementIds.Count, MaxPlacements, "placements");
        if (campaign.PlacementIds.Count == 0 || campaign.PlacementIds.Distinct().Count() < campaign.PlacementIds.Count)
        {
            faults.Add("placement_ids", $"found {campaign.PlacementIds.Count}; name at least one placement, each once");
        }

        if (campaign.Holdout is not (>= 0 and <= 0.9))
        {
            faults.Add("holdout", string.Create(CultureInfo.InvariantCulture, $"found {campaign.Holdout}; it is 0 to 0.9"));
        }

        var order = new CampaignSpec
        {
            CampaignId = campaign.CampaignId,
            Revision = revision,
            Audience = campaign.Audience,
            ActionId = campaign.ActionId,
            PlacementIds = [.. campaign.PlacementIds],
            Arms = Arms(campaign, faults),
            Holdout = (int)Math.Round(campaign.Holdout * 10_000),
            Window = Window(campaign.SendWindow, faults),
            ContactExpiryMs = campaign.ContactExpiry is { } expiry
                ? faults.Span("contact_expiry", expiry, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30))
                : (long)DefaultExpiry.TotalMilliseconds,
            EndsAtMs = faults.Instant("end_time", campaign.EndTime, long.MaxValue),
            TriggerEventType = campaign.Trigger?.EventTypeId ?? "",
            MaxEventAgeMs = campaign.Trigger?.MaxEventAge is { } age
                ? faults.Span("trigger.max_event_age", age, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))
                : 0,
            IsForEachEvent = campaign.Trigger?.ForEachEvent ?? false,
        };
        var definition = Scheduled(campaign, order, catalog, faults);
        if (faults.Count == 0 && CampaignPlan.Make(order, catalog, out var fault) is null)
        {
            var field = fault.IndexOf(':', StringComparison.Ordinal);
            faults.Add(fault[..field], fault[(field + 2)..]);
        }

        return faults.Count == 0 ? (definition, []) : (null, faults.All);
    }

    private static CampaignDefinition Scheduled(V1.Campaign campaign, CampaignSpec order, Catalog catalog, CatalogFaults faults)
    {
        if (campaign.ScheduleCase == V1.Campaign.ScheduleOneofCase.None)
        {
            faults.Add("schedule", "found none; set one_off, recurring or trigger");
        }

        if (campaign.Trigger is { } trigger)
        {
            if (!catalog.EventTypes.ContainsKey(trigger.EventTypeId))
            {
                faults.Add("trigger.event_type_id", $"there is no event type '{ShortName.Shorten(trigger.EventTypeId)}'{Domain.Expressions.NearestName.Hint(ShortName.Shorten(trigger.EventTypeId), catalog.EventTypes.Keys)}");
            }

            if (campaign.AudienceId.Length > 0 || campaign.ContactsPerSecond != 0 || campaign.ContactsPerDay != 0
                || campaign.BudgetFen != 0)
            {
                faults.Add("trigger", "a triggered campaign takes a condition as its audience, and no audience_id, throttle or budget; limit it by the action's inventory or budget, or by caps");
            }
        }

        InRange("contacts_per_second", campaign.ContactsPerSecond, MaxPerSecond, faults);
        InRange("contacts_per_day", campaign.ContactsPerDay, long.MaxValue, faults);
        InRange("budget_fen", campaign.BudgetFen, MaxFen, faults);
        InRange("cost_fen", campaign.CostFen, MaxFen, faults);
        if (campaign.BudgetFen > 0 && (campaign.CostFen == 0 || campaign.CostFen > campaign.BudgetFen))
        {
            faults.Add(
                "cost_fen",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"found {campaign.CostFen}; with a budget a contact costs 1 to {campaign.BudgetFen} fen"));
        }

        if (campaign.Promotion is not null && campaign.Arms.Count < 2)
        {
            faults.Add("promotion", $"found {campaign.Arms.Count} arms; an arm can win where there are at least two");
        }

        if (campaign.Recurring is { StartTime: null })
        {
            faults.Add("recurring.start_time", "found none; say when the first run is due");
        }

        return new CampaignDefinition
        {
            Order = order,
            AudienceId = campaign.AudienceId,
            StartsAtMs = campaign.Recurring is { } first
                ? faults.Instant("recurring.start_time", first.StartTime, 0)
                : faults.Instant("one_off.start_time", campaign.OneOff?.StartTime, 0),
            IntervalMs = campaign.Recurring is { } again
                ? faults.Span("recurring.interval", again.Interval ?? new(), TimeSpan.FromMinutes(1), TimeSpan.FromDays(366))
                : 0,
            PerSecond = campaign.ContactsPerSecond,
            PerDay = campaign.ContactsPerDay,
            BudgetFen = campaign.BudgetFen,
            CostFen = campaign.CostFen,
            Promotion = PromotionCompiler.Compile(
                "promotion", campaign.Promotion, catalog.Outcomes.Select(static outcome => outcome.Id), faults),
        };
    }

    private static ImmutableArray<CampaignArm> Arms(V1.Campaign campaign, CatalogFaults faults)
    {
        faults.AtMost("arms", campaign.Arms.Count, MaxArms, "arms");
        var (ids, arms, upTo) = (new CatalogIds("arm", faults), ImmutableArray.CreateBuilder<CampaignArm>(), 0);
        for (var i = 0; i < campaign.Arms.Count && !faults.IsFull; i++)
        {
            var arm = campaign.Arms[i];
            ids.Add($"arms[{i}]", "arm_id", arm.ArmId);
            if (arm.Weight is < 1 or > MaxWeight)
            {
                faults.Add($"arms[{i}].weight", $"found {arm.Weight}; it is 1 to {MaxWeight}");
            }

            arms.Add(new(arm.ArmId, upTo += Math.Clamp(arm.Weight, 1, MaxWeight), arm.TreatmentId));
        }

        return arms.ToImmutable();
    }

    private static SendWindow? Window(V1.SendWindow? window, CatalogFaults faults)
    {
        if (window is null)
        {
            return null;
        }

        var (from, until) = (Minute("send_window.from", window.From, faults), Minute("send_window.until", window.Until, faults));
        if (from == until)
        {
            faults.Add("send_window.until", "is the same as from; leave the window out to send all day");
        }

        return new(from, until);
    }

    private static int Minute(string path, string text, CatalogFaults faults)
    {
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return (time.Hour * 60) + time.Minute;
        }

        faults.Add(path, $"found '{ShortName.Shorten(text)}'; a time of day is 00:00 to 23:59");
        return 0;
    }

    private static void InRange(string path, long number, long max, CatalogFaults faults)
    {
        if (number < 0 || number > max)
        {
            faults.Add(path, string.Create(CultureInfo.InvariantCulture, $"found {number}; it is 0 to {max}, 0 for no limit"));
        }
    }
}
