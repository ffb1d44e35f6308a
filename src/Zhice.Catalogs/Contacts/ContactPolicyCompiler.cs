using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Zhice.Domain.Contacts;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Contacts;

/// <summary>Checks what binds marketing contacts beside the caps: quiet hours, spacing, exclusions, cool-downs.</summary>
internal sealed class ContactPolicyCompiler(
    SymbolTable symbols, CategoryTree categories, CatalogIds actions, RuleCompiler rules, CatalogFaults faults)
{
    private const string Root = "contact_policy";

    private const int MaxAudienceIdBytes = 128;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public ContactRules Compile(V1.Catalog definition)
    {
        var policy = definition.ContactPolicy ?? new V1.ContactPolicy();
        return new ContactRules
        {
            Categories = categories.CreateGroups(symbols),
            Consents = [.. Consents(definition.Channels)],
            DoNotContact = [.. DoNotContact(policy.DoNotContact)],
            QuietHours = CompileQuietHours(definition.Channels),
            Spacings = Spacings(definition.Channels, policy),
            Exclusions = Exclusions(policy.ExclusionGroups),
            CoolDowns = [.. ActionCoolDowns(definition.Actions), .. CategoryCoolDowns(policy.CategoryCoolDowns)],
            ReservationExpiryMs = policy.ReservationExpiry is { } expiry
                ? faults.Span($"{Root}.reservation_expiry", expiry, Minute, TimeSpan.FromDays(7))
                : ContactRules.None.ReservationExpiryMs,
        };
    }

    private IEnumerable<DoNotContactList> DoNotContact(RepeatedField<V1.DoNotContactList> lists)
    {
        faults.AtMost($"{Root}.do_not_contact", lists.Count, 64, "lists");
        var ids = new CatalogIds("do-not-contact list", faults);
        for (var i = 0; i < lists.Count && !faults.IsFull; i++)
        {
            var path = $"{Root}.do_not_contact[{i}]";
            ids.Add(path, "list_id", lists[i].ListId);
            var (id, condition, audienceId) = (lists[i].ListId, lists[i].Condition, lists[i].AudienceId);
            if (condition.Length == 0 && audienceId.Length == 0)
            {
                faults.Add(
                    $"{path}.condition",
                    "both condition and audience_id are missing; a list has a condition, or the id of an uploaded audience");
            }
            else if (condition.Length > 0 && audienceId.Length > 0)
            {
                faults.Add(
                    $"{path}.audience_id",
                    "there is a condition too; a list has a condition or an audience_id, not both: make two lists of them");
            }
            else if (audienceId.Length > 0)
            {
                yield return new(id, faults.Text($"{path}.audience_id", audienceId, MaxAudienceIdBytes));
            }
            else if (rules.Condition($"{path}.condition", condition) is { } held)
            {
                yield return new(id, held);
            }
        }
    }

    private IEnumerable<ConsentRule> Consents(RepeatedField<V1.Channel> channels)
    {
        for (var i = 0; i < channels.Count && !faults.IsFull; i++)
        {
            var (path, channel) = ($"channels[{i}]", channels[i]);
            if (Consent($"{path}.consent", channel, Purpose.Marketing, channel.Consent, channel.ConsentLifetime) is { } marketing)
            {
                yield return marketing;
            }

            if (Consent(
                $"{path}.service_consent", channel, Purpose.Service, channel.ServiceConsent, channel.ServiceConsentLifetime) is { } service)
            {
                yield return service;
            }
        }
    }

    private ConsentRule? Consent(string path, V1.Channel channel, Purpose purpose, V1.ConsentMode mode, Duration? lifetime)
    {
        if (mode is < V1.ConsentMode.Unspecified or > V1.ConsentMode.OptOut)
        {
            faults.Add(path, $"{(int)mode} is no mode of consent; it is one of opt_in, opt_out");
        }

        if (lifetime is not null && mode != V1.ConsentMode.OptIn)
        {
            faults.Add($"{path}_lifetime", "a lifetime is of grants, which opt_in asks for; set it with opt_in, or leave it out");
        }

        var lifetimeMs = lifetime is null ? 0 : faults.Span($"{path}_lifetime", lifetime, TimeSpan.FromDays(1), TimeSpan.FromDays(3660));
        return mode == V1.ConsentMode.Unspecified
            ? null
            : new(GetNumber(SymbolKind.Channel, channel.ChannelId), purpose, mode == V1.ConsentMode.OptIn, lifetimeMs);
    }

    private ImmutableArray<QuietHours> CompileQuietHours(RepeatedField<V1.Channel> channels)
    {
        var all = ImmutableArray.CreateBuilder<QuietHours>();
        for (var i = 0; i < channels.Count && !faults.IsFull; i++)
        {
            if (channels[i].QuietHours is { } hours)
            {
                var path = $"channels[{i}].quiet_hours";
                var (from, until) = (ParseMinuteOfDay($"{path}.from", hours.From), ParseMinuteOfDay($"{path}.until", hours.Until));
                if (from >= 0 && from == until)
                {
                    faults.Add($"{path}.until", $"found \"{hours.Until}\", as in from; a span ends at another minute than it begins");
                }

                all.Add(new(channels[i].ChannelId, GetNumber(SymbolKind.Channel, channels[i].ChannelId), from, until));
            }
        }

        return all.ToImmutable();
    }

    private int ParseMinuteOfDay(string path, string text)
    {
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return (time.Hour * 60) + time.Minute;
        }

        var found = text.Length == 0 ? "the time is missing" : $"\"{ShortName.Shorten(text)}\" is no time of day";
        faults.Add(path, $"{found}; one is \"00:00\" to \"23:59\", with two digits each");
        return -1;
    }

    private ImmutableArray<ContactSpacing> Spacings(RepeatedField<V1.Channel> channels, V1.ContactPolicy policy)
    {
        var all = ImmutableArray.CreateBuilder<ContactSpacing>();
        if (policy.MinimumSpacing is { } least)
        {
            all.Add(new("", 0, Spacing($"{Root}.minimum_spacing", least)) { Purposes = Spaced(policy.MinimumSpacingBindsService) });
        }

        for (var i = 0; i < channels.Count && !faults.IsFull; i++)
        {
            if (channels[i].MinimumSpacing is { } span)
            {
                var number = GetNumber(SymbolKind.Channel, channels[i].ChannelId);
                all.Add(
                    new(
                        channels[i].ChannelId, number,
                        Spacing($"channels[{i}].minimum_spacing", span)) { Purposes = Spaced(channels[i].MinimumSpacingBindsService) });
            }
        }

        return all.ToImmutable();
    }

    private static BoundPurposes Spaced(bool bindsService) =>
        bindsService ? BoundPurposes.Marketing | BoundPurposes.Service : BoundPurposes.Marketing;

    private long Spacing(string path, Duration span) => faults.Span(path, span, TimeSpan.FromSeconds(1), TimeSpan.FromDays(31));

    private ImmutableArray<ExclusionGroup> Exclusions(RepeatedField<V1.ExclusionGroup> groups)
    {
        faults.AtMost($"{Root}.exclusion_groups", groups.Count, 64, "groups");
        var ids = new CatalogIds("exclusion group", faults);
        var all = ImmutableArray.CreateBuilder<ExclusionGroup>(groups.Count);
        for (var i = 0; i < groups.Count && !faults.IsFull; i++)
        {
            var (path, group) = ($"{Root}.exclusion_groups[{i}]", groups[i]);
            ids.Add(path, "group_id", group.GroupId);
            if (group.ActionIds.Count is < 2 or > 256)
            {
                faults.Add($"{path}.action_ids", $"found {group.ActionIds.Count}; a group has 2 to 256 actions");
            }

            all.Add(new(group.GroupId, Actions($"{path}.action_ids", group.ActionIds), Window($"{path}.window", group.Window)));
        }

        return all.ToImmutable();
    }

    private ImmutableArray<ushort> Actions(string path, RepeatedField<string> ids)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < ids.Count && !faults.IsFull; i++)
        {
            if (actions.Knows($"{path}[{i}]", ids[i]) && !first.TryAdd(ids[i], i))
            {
                faults.Add($"{path}[{i}]", $"'{ids[i]}' is there already, at {first[ids[i]]}; each action is there once");
            }
        }

        return [.. first.Keys.Select(id => GetNumber(SymbolKind.Action, id))];
    }

    private long Window(string path, Duration? window)
    {
        if (window is null)
        {
            faults.Add(path, "the window is missing; it may be 1m to 366d");
            return 0;
        }

        return faults.Span(path, window, Minute, TimeSpan.FromDays(366));
    }

    private IEnumerable<CoolDown> ActionCoolDowns(RepeatedField<V1.Action> definitions)
    {
        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var (path, action) = ($"actions[{i}]", definitions[i]);
            var dismissal = CoolDownMs($"{path}.dismissal_cool_down", action.DismissalCoolDown);
            var acceptance = CoolDownMs($"{path}.acceptance_cool_down", action.AcceptanceCoolDown);
            if (dismissal > 0 || acceptance > 0)
            {
                yield return new(action.ActionId, GetNumber(SymbolKind.Action, action.ActionId), 0, dismissal, acceptance);
            }
        }
    }

    private IEnumerable<CoolDown> CategoryCoolDowns(RepeatedField<V1.CategoryCoolDown> definitions)
    {
        faults.AtMost($"{Root}.category_cool_downs", definitions.Count, 256, "cool-downs");
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < definitions.Count && !faults.IsFull; i++)
        {
            var (path, rule) = ($"{Root}.category_cool_downs[{i}]", definitions[i]);
            if (categories.Ids.Knows($"{path}.category_id", rule.CategoryId) && !first.TryAdd(rule.CategoryId, i))
            {
                faults.Add(
                    $"{path}.category_id",
                    $"'{rule.CategoryId}' is there already, at {first[rule.CategoryId]}; each category is there once");
            }

            if (rule.DismissalCoolDown is null && rule.AcceptanceCoolDown is null)
            {
                faults.Add(
                    $"{path}.dismissal_cool_down", "both cool-downs are missing; set dismissal_cool_down, acceptance_cool_down, or both");
            }

            yield return new(
                rule.CategoryId,
                0,
                GetNumber(SymbolKind.Category, rule.CategoryId),
                CoolDownMs($"{path}.dismissal_cool_down", rule.DismissalCoolDown),
                CoolDownMs($"{path}.acceptance_cool_down", rule.AcceptanceCoolDown));
        }
    }

    private long CoolDownMs(string path, Duration? span) =>
        span is null ? 0 : faults.Span(path, span, Minute, TimeSpan.FromDays(3660));

    private ushort GetNumber(SymbolKind kind, string id) => symbols.Find(kind, id);
}
