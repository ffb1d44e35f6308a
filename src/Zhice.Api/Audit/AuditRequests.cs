using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Zhice.Domain.Audit;
using Zhice.V1;
using AuditChange = Zhice.Domain.Audit.AuditChange;

namespace Zhice.Api.Audit;

/// <summary>What a call asks for, as the trail keeps it when the call begins.</summary>
internal static class AuditRequests
{
    // Of a call about a customer only these are shown: ids and choices of the bank, never what is known of the customer.
    private static readonly HashSet<string> ShownOfCustomers = new(StringComparer.Ordinal)
    {
        "action_id", "actor", "allow_new", "campaign_id", "changes", "channel_id", "consent_time", "contact_id", "decision_id", "due_time",
        "evidence_id", "expire_time", "granted", "hold_id", "journey_id", "kind", "outcome", "owner", "placement_id", "purpose",
        "remove", "source", "stage_id", "tag_id", "version",
    };

    /// <summary>The fields that are set.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">What it is about.</param>
    /// <param name="isHidden">Whether the values of a tag, by its id, are masked in expressions.</param>
    /// <param name="digests">Makes the digests of large parts; null: only their size is recorded.</param>
    public static ImmutableArray<AuditChange> Asked(
        object request, AuditTarget target, Func<string, bool> isHidden, AuditDigests? digests = null) => request is not IMessage message
        ? []
        : [.. AuditValues.Empty.Differences(AuditValues.Of(message, target.Kind == AuditTarget.Customer ? IsShown : null, withDefaults: false, isHidden, digests))
            .Where(static change => change.After.Length > 0 && change.Path is not ("customer_id" or "request_id"))];

    /// <summary>Whose data an answer shows, where the request does not say it.</summary>
    public static ImmutableArray<AuditChange> Shown(object? response) => response is PreviewAudienceResponse preview
        ? [.. preview.Members.Select(static member => new AuditChange("shown.customer_id", "", member.CustomerId))]
        : [];

    private static bool IsShown(FieldDescriptor field) => ShownOfCustomers.Contains(field.Name);
}
