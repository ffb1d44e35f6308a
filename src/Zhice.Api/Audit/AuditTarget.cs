using System.Collections.Immutable;
using Google.LongRunning;
using Google.Protobuf;
using Zhice.V1;

namespace Zhice.Api.Audit;

/// <summary>What a call is about.</summary>
/// <param name="Kind">Its kind; empty where the call names nothing.</param>
/// <param name="Id">Its id.</param>
internal readonly record struct AuditTarget(string Kind, string Id)
{
    public const string Catalog = "catalog";
    public const string CatalogChange = "catalog-change";
    public const string Customer = "customer";
    public const string Campaign = "campaign";
    public const string Audience = "audience";
    public const string Journey = "journey";
    public const string Model = "model";
    public const string Stop = "stop";
    public const string Operation = "operation";
    public const string File = "file";
    public const string Channel = "channel";
    public const string Caller = "caller";

    /// <summary>The fields that name what a call is about, with its kind; the first that is there counts.</summary>
    public static ImmutableArray<(string Field, string Kind)> Fields { get; } =
    [
        ("customer_id", Customer), ("campaign_id", Campaign), ("audience_id", Audience), ("journey_id", Journey), ("channel_id", Channel),
    ];

    public static AuditTarget None { get; } = new("", "");

    /// <summary>What a request, or the answer to a stream, is about.</summary>
    public static AuditTarget Find(object message) => message switch
    {
        ApplyCatalogRequest or RollbackCatalogRequest or ApplyJourneyRequest => new(Catalog, ""),
        ProposeCatalogChangeRequest request => new(CatalogChange, Number(request.ChangeId)),
        ProposeCatalogChangeResponse response => new(CatalogChange, Number(response.Change?.ChangeId ?? 0)),
        ApproveCatalogChangeRequest request => new(CatalogChange, Number(request.ChangeId)),
        RejectCatalogChangeRequest request => new(CatalogChange, Number(request.ChangeId)),
        WithdrawCatalogChangeRequest request => new(CatalogChange, Number(request.ChangeId)),
        SaveCampaignRequest request => new(Campaign, request.Campaign?.CampaignId ?? ""),
        SaveAudienceRequest request => new(Audience, request.Audience?.AudienceId ?? ""),
        SaveBehaviorAudienceRequest request => new(Audience, request.Audience?.AudienceId ?? ""),
        UploadAudienceResponse response => new(Audience, response.Audience?.AudienceId ?? ""),
        PreviewAudienceRequest request => new(Audience, request.Audience?.AudienceId ?? ""),
        StreamMembersRequest request => new(Audience, request.Audience?.AudienceId ?? ""),
        FreezeModelRequest or UnfreezeModelRequest or StartChallengerRequest or PromoteChallengerRequest =>
            new(Model, Text(message, "action_id")),
        RevokeCallerRequest or LiftRevocationRequest => new(Caller, Text(message, "id")),
        SetStopRequest request => new(Stop, StopId(request.Kind, request.TargetId)),
        LiftStopRequest request => new(Stop, StopId(request.Kind, request.TargetId)),
        CancelOperationRequest or DeleteOperationRequest or DownloadFileRequest => new(Operation, Text(message, "name")),
        ImportResponse response => new(Operation, response.Operation?.Name ?? ""),
        ExportResponse response => new(Operation, response.Operation?.Name ?? ""),
        UploadFileResponse => new(File, Text(message, "sha256")),
        _ => FindByField(message),
    };

    /// <summary>A stop's id in the audit: its kind, and what it stops.</summary>
    public static string StopId(StopKind kind, string targetId) => targetId.Length == 0 ? $"{kind}" : $"{kind}/{targetId}";

    // A request that names a customer is about the customer, whatever else it names.
    private static AuditTarget FindByField(object message)
    {
        foreach (var (field, kind) in Fields)
        {
            if (Text(message, field) is { Length: > 0 } id)
            {
                return new(kind, id);
            }
        }

        return None;
    }

    private static string Text(object message, string field) =>
        message is IMessage proto && proto.Descriptor.FindFieldByName(field) is { IsRepeated: false, IsMap: false } found
            && found.Accessor.GetValue(proto) is string text
            ? text
            : "";

    private static string Number(long number) => number == 0 ? "" : FormattableString.Invariant($"{number}");
}
