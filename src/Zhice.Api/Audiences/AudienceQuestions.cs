using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Expressions;
using Zhice.V1;
using Purpose = Zhice.Domain.Primitives.Purpose;

namespace Zhice.Api.Audiences;

/// <summary>Reads which customers a request is about.</summary>
internal sealed class AudienceQuestions(IGrainFactory grains, ICatalogs catalogs, TimeProvider clock, ApiOptions options)
{
    /// <summary>The smallest number of customers that a caller learns of.</summary>
    public CountFloor GetFloor(Caller caller) => CountFloor.For(caller, options);

    /// <param name="path">The path of the field.</param>
    /// <param name="audience">Who.</param>
    /// <param name="unsaid">The purpose when the request names none.</param>
    public async ValueTask<AudienceQuestion> ReadAsync(string path, AudienceRef? audience, Purpose unsaid = Purpose.Marketing)
    {
        var check = new RequestCheck();
        if (audience is not null && audience.Purpose is < V1.Purpose.Unspecified or > V1.Purpose.Regulatory)
        {
            check.Add($"{path}.purpose", FieldReasons.Malformed, "must be marketing, service or regulatory, or be left out");
        }

        if (audience is null || (audience.Expression.Length == 0 && audience.AudienceId.Length == 0))
        {
            check.Add(
                path, FieldReasons.Required, "must be set: a condition such as tags.age >= 30, a saved audience, or true for everyone");
        }
        else if (audience.Expression.Length > 0)
        {
            CheckExpression($"{path}.expression", audience.Expression, check);
        }

        check.ThrowIfAny();
        var question = await grains.QuestionAsync(
            audience!.Expression, audience.AudienceId, clock.GetUtcNow().ToUnixTimeMilliseconds(),
            audience.Purpose == V1.Purpose.Unspecified ? unsaid : (Purpose)audience.Purpose)
            ?? throw NotFound(audience.AudienceId);

        // What was sound when it was saved may name a tag that is gone since.
        CheckExpression($"{path}.audience_id", question.Expression, check);
        check.ThrowIfAny();
        return question;
    }

    public void CheckExpression(string path, string expression, RequestCheck check)
    {
        try
        {
            if (expression.Length > 0)
            {
                Expression.Condition(expression, ExpressionSchema.Create(catalogs.Current));
            }
        }
        catch (ExpressionException fault)
        {
            check.Add(path, FieldReasons.Malformed, fault.Message);
        }
    }

    public static RpcException Stale() => ApiError.Fail(
        ErrorReasons.StaleEtag, "Another version of the audience is there than the one that was edited. Read it again, and change that.");

    public static RpcException NotFound(string audienceId) => ApiError.Fail(
        ErrorReasons.AudienceNotFound, $"There is no audience '{RequestCheck.Clip(audienceId)}'.",
        ("audience_id", RequestCheck.Clip(audienceId)));
}
