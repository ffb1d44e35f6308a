using System.Collections.Immutable;
using System.Globalization;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Decisions.Checks;

/// <summary>The contact policy part by part: each is asked alone, by the code that decides.</summary>
internal static class PolicyChecks
{
    public static void Add(ImmutableArray<Check>.Builder checks, in ContactRequest ask, in CustomerView customer)
    {
        var (policy, memory) = (customer.Catalog.ContactPolicy, customer.State.ContactState);
        if (policy.AsksConsent(ask.Scopes.Channel, ask.Purpose))
        {
            checks.Add(
                new(ReasonCode.Consent, "", policy.IsConsented(memory.Consents, ask.Scopes.Channel, ask.Purpose, customer.NowMs), []));
        }

        if (!policy.Binds(ask))
        {
            return;
        }

        foreach (var part in Enumerable.Range(0, policy.Parts.Length).OrderBy(part => GetOrder(policy.Parts[part].Kind)))
        {
            if (policy.Concerns(part, ask))
            {
                var isRefused = policy.Parts[part].Kind == PolicyPartKind.DoNotContact
                    ? policy.IsOn(part, customer)
                    : policy.RefusalBy(part, memory, ask, customer.NowMs);
                checks.Add(new(GetReason(policy.Parts[part].Kind), policy.Parts[part].Id, !isRefused, GetInputs(part, ask, customer)));
            }
        }
    }

    // The order in which the policy asks.
    private static int GetOrder(PolicyPartKind kind) => kind switch
    {
        PolicyPartKind.DoNotContact => -1,
        PolicyPartKind.QuietHours => 0,
        PolicyPartKind.ActionCoolDown => 1,
        PolicyPartKind.CategoryCoolDown => 2,
        PolicyPartKind.Exclusion => 3,
        PolicyPartKind.Spacing => 4,
        _ => 5,
    };

    private static ReasonCode GetReason(PolicyPartKind kind) => kind switch
    {
        PolicyPartKind.Cap => ReasonCode.CapReached,
        PolicyPartKind.QuietHours => ReasonCode.QuietHours,
        PolicyPartKind.DoNotContact => ReasonCode.DoNotContact,
        _ => ReasonCode.Suppressed,
    };

    private static ImmutableArray<CheckInput> GetInputs(int part, in ContactRequest ask, in CustomerView customer)
    {
        var policy = customer.Catalog.ContactPolicy;
        switch (policy.Parts[part].Kind)
        {
            case PolicyPartKind.Cap:
                var use = policy.GetUse(part, ask, customer.State.ContactState, customer.NowMs);
                CheckInput[] inputs = [new("used", Number(use.Used)), new("limit", Number(use.Cap.LimitFor(ask.Priority)))];
                return use.NextFreeMs is 0 or long.MaxValue ? [.. inputs] : [.. inputs, new("next_free", TagText.Instant(use.NextFreeMs))];
            case PolicyPartKind.QuietHours:
                var minute = customer.Catalog.Calendar.GetMinuteOfDay(customer.NowMs);
                return [new("local_time", string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}"))];
            default:
                return [new("now", TagText.Instant(customer.NowMs))];
        }
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
