using System.Collections.Immutable;
using Grpc.Core;

namespace Zhice.Api.Errors;

/// <summary>A kind of error of the API.</summary>
/// <param name="Name">Its reason in <c>google.rpc.ErrorInfo</c>, UPPER_SNAKE.</param>
/// <param name="Code">The status that it comes with.</param>
/// <param name="RetryAfter">How long to wait before the same call is worth repeating; null when it never is.</param>
/// <param name="Chinese">What an operator may read, zh-CN.</param>
public sealed record ErrorReason(string Name, StatusCode Code, TimeSpan? RetryAfter, string Chinese);

/// <summary>Every kind of error of the API, as <c>docs/errors.md</c> lists them.</summary>
public static class ErrorReasons
{
    /// <summary>Fields of the request are wrong; BadRequest names each.</summary>
    public static ErrorReason InvalidFields { get; } =
        new("INVALID_FIELDS", StatusCode.InvalidArgument, null, "请求字段有误，请按提示修改后重试。");

    /// <summary>The bytes are no message, or a text in it is no UTF-8.</summary>
    public static ErrorReason MalformedRequest { get; } =
        new("MALFORMED_REQUEST", StatusCode.InvalidArgument, null, "请求无法解析：报文损坏、不是 JSON，或文本不是 UTF-8 编码。");

    /// <summary>The call has no token and no certificate.</summary>
    public static ErrorReason CredentialsMissing { get; } =
        new("CREDENTIALS_MISSING", StatusCode.Unauthenticated, null, "请先登录：请求中没有身份凭证。");

    /// <summary>The token or the certificate ended.</summary>
    public static ErrorReason CredentialsExpired { get; } =
        new("CREDENTIALS_EXPIRED", StatusCode.Unauthenticated, null, "身份凭证已过期，请重新获取。");

    /// <summary>The token or the certificate is not accepted.</summary>
    public static ErrorReason CredentialsInvalid { get; } =
        new("CREDENTIALS_INVALID", StatusCode.Unauthenticated, null, "身份凭证无效。");

    /// <summary>The keys of the identity provider could not be read yet.</summary>
    public static ErrorReason IdentityUnavailable { get; } =
        new("IDENTITY_UNAVAILABLE", StatusCode.Unavailable, TimeSpan.FromSeconds(2), "身份认证服务暂时不可用，请稍后重试。");

    /// <summary>The caller has none of the roles that may call the method.</summary>
    public static ErrorReason RoleRequired { get; } =
        new("ROLE_REQUIRED", StatusCode.PermissionDenied, null, "当前身份没有执行此操作的角色，请联系安全管理员授权。");

    /// <summary>The caller has more calls under way than its share, or begins more a second than it may.</summary>
    public static ErrorReason CallerOverShare { get; } =
        new("CALLER_OVER_SHARE", StatusCode.ResourceExhausted, TimeSpan.FromMilliseconds(200), "当前调用方的请求过多，请稍后重试。");

    /// <summary>A page changes something without the header that only pages of this host can send.</summary>
    public static ErrorReason AntiForgeryRequired { get; } =
        new("ANTI_FORGERY_REQUIRED", StatusCode.PermissionDenied, null, "请刷新页面后重试。");

    /// <summary>The identity does not name the channel.</summary>
    public static ErrorReason ChannelNotAllowed { get; } =
        new("CHANNEL_NOT_ALLOWED", StatusCode.PermissionDenied, null, "当前身份无权处理该渠道的触达。");

    /// <summary>The audit trail cannot be written; nothing was done or shown.</summary>
    public static ErrorReason AuditUnavailable { get; } =
        new("AUDIT_UNAVAILABLE", StatusCode.Unavailable, TimeSpan.FromSeconds(1), "审计日志暂不可写，操作未执行，请稍后重试。");

    /// <summary>It was done, and the audit trail has not how it ended.</summary>
    public static ErrorReason AuditIncomplete { get; } =
        new("AUDIT_INCOMPLETE", StatusCode.Internal, null, "操作已完成，但审计日志未能记录其结果，重试前请先核对。");

    /// <summary>There is no such checkpoint of the audit trail.</summary>
    public static ErrorReason CheckpointNotFound { get; } =
        new("CHECKPOINT_NOT_FOUND", StatusCode.NotFound, null, "没有这个审计检查点。");

    /// <summary>Nothing is served at the path of a REST request.</summary>
    public static ErrorReason PathNotFound { get; } =
        new("PATH_NOT_FOUND", StatusCode.NotFound, null, "没有这个接口地址，请检查路径。");

    /// <summary>An earlier call with this request id asked for something else.</summary>
    public static ErrorReason RequestIdReused { get; } =
        new("REQUEST_ID_REUSED", StatusCode.InvalidArgument, null, "该 request_id 已用于另一个不同的请求，请换一个新的。");

    /// <summary>A catalogue has faults; BadRequest names each.</summary>
    public static ErrorReason CatalogFaulty { get; } =
        new("CATALOG_FAULTY", StatusCode.InvalidArgument, null, "目录有误，未作任何更改，请按提示修改。");

    /// <summary>The catalogue has no such placement.</summary>
    public static ErrorReason PlacementNotFound { get; } =
        new("PLACEMENT_NOT_FOUND", StatusCode.NotFound, null, "没有这个触点。");

    /// <summary>The catalogue has no such action.</summary>
    public static ErrorReason ActionNotFound { get; } =
        new("ACTION_NOT_FOUND", StatusCode.NotFound, null, "没有这个产品、服务或活动。");

    /// <summary>There is no such saved audience.</summary>
    public static ErrorReason AudienceNotFound { get; } =
        new("AUDIENCE_NOT_FOUND", StatusCode.NotFound, null, "没有这个客群。");

    /// <summary>There are as many saved audiences as there may be.</summary>
    public static ErrorReason TooManyAudiences { get; } =
        new("TOO_MANY_AUDIENCES", StatusCode.ResourceExhausted, null, "已保存的客群数量已达上限，请先删除不再使用的客群。");

    /// <summary>An analysis of behaviour needs more events, or more time, than a silo gives it.</summary>
    public static ErrorReason BehaviorTooLarge { get; } =
        new("BEHAVIOR_TOO_LARGE", StatusCode.FailedPrecondition, null, "行为数据量过大，请缩短日期范围、减少事件类型或按比例抽取客户。");

    /// <summary>There is no such campaign.</summary>
    public static ErrorReason CampaignNotFound { get; } =
        new("CAMPAIGN_NOT_FOUND", StatusCode.NotFound, null, "没有这个活动。");

    /// <summary>No version of the catalogue has had such a journey.</summary>
    public static ErrorReason JourneyNotFound { get; } =
        new("JOURNEY_NOT_FOUND", StatusCode.NotFound, null, "没有这个客户旅程。");

    /// <summary>The catalogue has no such experiment or holdout.</summary>
    public static ErrorReason ExperimentNotFound { get; } =
        new("EXPERIMENT_NOT_FOUND", StatusCode.NotFound, null, "配置目录中没有这个实验或对照组。");

    /// <summary>The campaign's state forbids what was asked.</summary>
    public static ErrorReason CampaignState { get; } =
        new("CAMPAIGN_STATE", StatusCode.FailedPrecondition, null, "活动当前状态不允许此操作。");

    /// <summary>The author of a campaign cannot approve it.</summary>
    public static ErrorReason OwnApproval { get; } =
        new("OWN_APPROVAL", StatusCode.FailedPrecondition, null, "活动须由作者以外的人审批。");

    /// <summary>Much of the catalogue in force would go, and the call does not say that it may.</summary>
    public static ErrorReason RemovalsNotAllowed { get; } =
        new("REMOVALS_NOT_ALLOWED", StatusCode.FailedPrecondition, null, "新目录将删除大量现有内容，未作任何更改；如确需删除，请在请求中明确允许。");

    /// <summary>The catalogue in force says that another person must approve each change of it.</summary>
    public static ErrorReason ApprovalRequired { get; } =
        new("APPROVAL_REQUIRED", StatusCode.FailedPrecondition, null, "目录变更须经他人审批，请先提交变更申请。");

    /// <summary>There is no such change request.</summary>
    public static ErrorReason ChangeNotFound { get; } =
        new("CHANGE_NOT_FOUND", StatusCode.NotFound, null, "没有这个变更申请。");

    /// <summary>The change request's state forbids what was asked.</summary>
    public static ErrorReason ChangeState { get; } =
        new("CHANGE_STATE", StatusCode.FailedPrecondition, null, "变更申请当前状态不允许此操作。");

    /// <summary>The catalogue has no such channel.</summary>
    public static ErrorReason ChannelNotFound { get; } =
        new("CHANNEL_NOT_FOUND", StatusCode.NotFound, null, "没有这个渠道。");

    /// <summary>The action's learning has no challenger to promote.</summary>
    public static ErrorReason NoChallenger { get; } =
        new("NO_CHALLENGER", StatusCode.FailedPrecondition, null, "没有可以上线的挑战者模型，请先启动一个。");

    /// <summary>Nothing was ever heard of the customer.</summary>
    public static ErrorReason CustomerNotFound { get; } =
        new("CUSTOMER_NOT_FOUND", StatusCode.NotFound, null, "没有这个客户。");

    /// <summary>The decision is not, or no longer, kept.</summary>
    public static ErrorReason DecisionNotFound { get; } =
        new("DECISION_NOT_FOUND", StatusCode.NotFound, null, "没有这个决策，或已不再保留。");

    /// <summary>The catalogue has nothing with the id in the part.</summary>
    public static ErrorReason CatalogPartNotFound { get; } =
        new("CATALOG_PART_NOT_FOUND", StatusCode.NotFound, null, "配置目录中没有这一项。");

    /// <summary>The version of the catalogue is not, or no longer, kept.</summary>
    public static ErrorReason CatalogVersionNotFound { get; } =
        new("CATALOG_VERSION_NOT_FOUND", StatusCode.NotFound, null, "没有这个目录版本，或已不再保留。");

    /// <summary>The operation, or its file, is not, or no longer, kept.</summary>
    public static ErrorReason OperationNotFound { get; } =
        new("OPERATION_NOT_FOUND", StatusCode.NotFound, null, "没有这个任务或其文件，或已不再保留。");

    /// <summary>The file that is to be loaded was not uploaded, or is on no silo that runs.</summary>
    public static ErrorReason UploadNotFound { get; } =
        new("UPLOAD_NOT_FOUND", StatusCode.NotFound, null, "没有这个文件，请先上传。");

    /// <summary>The file cannot be read, or its columns are not right.</summary>
    public static ErrorReason FileFaulty { get; } =
        new("FILE_FAULTY", StatusCode.InvalidArgument, null, "文件有误，请按提示修改后重新导入。");

    /// <summary>More rows were rejected than may be, so the import was stopped.</summary>
    public static ErrorReason TooManyRejects { get; } =
        new("TOO_MANY_REJECTS", StatusCode.FailedPrecondition, null, "被拒绝的行过多，导入已停止；此前的行已导入。");

    /// <summary>The call exists, and is not served here.</summary>
    public static ErrorReason NotSupported { get; } =
        new("NOT_SUPPORTED", StatusCode.Unimplemented, null, "不支持此操作。");

    /// <summary>The event is older than the customer's memory of ids reaches.</summary>
    public static ErrorReason EventTooLate { get; } =
        new("EVENT_TOO_LATE", StatusCode.FailedPrecondition, null, "事件过旧，无法判断是否重复，未予记录。");

    /// <summary>The store takes this customer's state never, for instance because it is too large; nothing was done.</summary>
    public static ErrorReason StateRefused { get; } =
        new("STATE_REFUSED", StatusCode.FailedPrecondition, null, "该客户的数据过大，存储拒绝写入，请联系运维人员。");

    /// <summary>The customer was erased: nothing of the customer is kept.</summary>
    public static ErrorReason CustomerErased { get; } =
        new("CUSTOMER_ERASED", StatusCode.FailedPrecondition, null, "该客户的个人信息已依法删除，不再保存任何数据；如客户重新开户，请先解除删除标记。");

    /// <summary>The customer is not in the journey, or the version they are in has no such stage.</summary>
    public static ErrorReason NotInJourney { get; } =
        new("NOT_IN_JOURNEY", StatusCode.FailedPrecondition, null, "客户不在该旅程中，或其所在版本没有该阶段。");

    /// <summary>Another agent holds the action for the customer.</summary>
    public static ErrorReason ActionHeld { get; } =
        new("ACTION_HELD", StatusCode.FailedPrecondition, null, "该客户的此项业务正由其他人员跟进。");

    /// <summary>As many actions are held for the customer as may be.</summary>
    public static ErrorReason TooManyHolds { get; } =
        new("TOO_MANY_HOLDS", StatusCode.FailedPrecondition, null, "该客户正在跟进的业务过多，请先结束其中一项。");

    /// <summary>Another version of the catalogue is in force than the one that was edited.</summary>
    public static ErrorReason StaleEtag { get; } =
        new("STALE_ETAG", StatusCode.Aborted, null, "目录已被他人更改，请重新读取后再修改。");

    /// <summary>So many calls of this class are under way that this one was not begun.</summary>
    public static ErrorReason TooManyCalls { get; } =
        new("TOO_MANY_CALLS", StatusCode.ResourceExhausted, TimeSpan.FromMilliseconds(200), "系统繁忙，请稍后重试。");

    /// <summary>The store's queue is full; nothing was done.</summary>
    public static ErrorReason StoreOverloaded { get; } =
        new("STORE_OVERLOADED", StatusCode.ResourceExhausted, TimeSpan.FromMilliseconds(500), "存储繁忙，请稍后重试。");

    /// <summary>The customer's or the silo's queue is full; nothing was done.</summary>
    public static ErrorReason SiloOverloaded { get; } =
        new("SILO_OVERLOADED", StatusCode.ResourceExhausted, TimeSpan.FromMilliseconds(500), "节点繁忙，请稍后重试。");

    /// <summary>The store is away. What was asked may or may not be done.</summary>
    public static ErrorReason StoreUnavailable { get; } =
        new("STORE_UNAVAILABLE", StatusCode.Unavailable, TimeSpan.FromSeconds(1), "存储暂时不可用，请稍后重试。");

    /// <summary>The indexes of the customers are being read from the store.</summary>
    public static ErrorReason IndexNotReady { get; } =
        new("INDEX_NOT_READY", StatusCode.Unavailable, TimeSpan.FromSeconds(2), "客群索引正在加载，请稍后重试。");

    /// <summary>A silo is away. What was asked may or may not be done.</summary>
    public static ErrorReason SiloUnavailable { get; } =
        new("SILO_UNAVAILABLE", StatusCode.Unavailable, TimeSpan.FromSeconds(1), "节点暂时不可用，请稍后重试。");

    /// <summary>Another activation changed the customer first; nothing was done.</summary>
    public static ErrorReason WriteConflict { get; } =
        new("WRITE_CONFLICT", StatusCode.Unavailable, TimeSpan.FromMilliseconds(100), "客户数据刚被更新，请重试。");

    /// <summary>No answer came in time from within. What was asked may or may not be done.</summary>
    public static ErrorReason NoAnswerInTime { get; } =
        new("NO_ANSWER_IN_TIME", StatusCode.Unavailable, TimeSpan.FromSeconds(1), "内部响应超时，结果未知，请用相同的 request_id 重试。");

    /// <summary>The caller's deadline passed. What was asked may or may not be done.</summary>
    public static ErrorReason DeadlineExceeded { get; } =
        new("DEADLINE_EXCEEDED", StatusCode.DeadlineExceeded, null, "已超过调用方的时限，结果未知，请用相同的 request_id 重试。");

    /// <summary>The caller went away.</summary>
    public static ErrorReason Cancelled { get; } =
        new("CANCELLED", StatusCode.Cancelled, null, "调用已被取消。");

    /// <summary>A fault of ours; the log has it under the correlation id.</summary>
    public static ErrorReason InternalFault { get; } =
        new("INTERNAL", StatusCode.Internal, null, "系统内部错误，请将 correlation_id 告知运维人员。");

    /// <summary>The folder of bulk files, or its disk, has no room.</summary>
    public static ErrorReason FolderFull { get; } =
        new("FOLDER_FULL", StatusCode.ResourceExhausted, null, "批量文件目录或磁盘空间不足，请清理后重试。");

    /// <summary>All of them.</summary>
    public static ImmutableArray<ErrorReason> All { get; } =
    [
        CredentialsMissing, CredentialsExpired, CredentialsInvalid, IdentityUnavailable, RoleRequired, AntiForgeryRequired,
        ChannelNotAllowed, CallerOverShare,
        InvalidFields, MalformedRequest, PathNotFound, RequestIdReused, CatalogFaulty, PlacementNotFound, CustomerNotFound,
        DecisionNotFound, CatalogPartNotFound, CatalogVersionNotFound,
        EventTooLate, StateRefused, CustomerErased, StaleEtag, TooManyCalls, StoreOverloaded,
        SiloOverloaded, StoreUnavailable, SiloUnavailable, WriteConflict, NoAnswerInTime, DeadlineExceeded, Cancelled,
        InternalFault, ActionNotFound, ChannelNotFound, NoChallenger, OperationNotFound, UploadNotFound, FileFaulty, TooManyRejects,
        NotSupported,
        IndexNotReady, AudienceNotFound, CampaignNotFound, CampaignState, OwnApproval, ApprovalRequired, ChangeNotFound, ChangeState,
        ActionHeld, TooManyHolds, NotInJourney, FolderFull, RemovalsNotAllowed, TooManyAudiences, AuditUnavailable, AuditIncomplete,
        CheckpointNotFound, JourneyNotFound, BehaviorTooLarge, ExperimentNotFound,
    ];
}
