using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Completion;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using CompletionKind = Zhice.V1.CompletionKind;
using ExpressionCompletion = Zhice.Domain.Expressions.Completion.ExpressionCompletion;

namespace Zhice.Api.Audiences;

/// <summary>Checks conditions while they are written, by the parser that audiences, rules and journeys are read with.</summary>
internal static class ExpressionChecks
{
    public static CheckExpressionResponse Check(CheckExpressionRequest request, Catalog catalog)
    {
        var check = new RequestCheck();
        if (request.Expression.Length > Expression.MaxLength)
        {
            check.Add(
                "expression", FieldReasons.OutOfRange,
                $"has {request.Expression.Length:N0} characters; at most {Expression.MaxLength:N0} are allowed");
        }

        if (request.HasCursor && (request.Cursor < 0 || request.Cursor > request.Expression.Length))
        {
            check.Add("cursor", FieldReasons.OutOfRange, $"is {request.Cursor}; 0 to {request.Expression.Length} are places in the expression");
        }

        check.ThrowIfAny();
        var schema = ExpressionSchema.Create(catalog);
        var response = new CheckExpressionResponse { Fault = FindFault(request.Expression, schema) };
        if (request.HasCursor)
        {
            var (completions, replaceFrom) = ExpressionCompletion.Find(request.Expression, request.Cursor, schema);
            response.ReplaceFrom = replaceFrom;
            response.Completions.Add(completions.Select(completion => new V1.ExpressionCompletion
            {
                Text = completion.Text,
                Kind = (CompletionKind)completion.Kind,
                Detail = FindType(completion, schema),
            }));
        }

        return response;
    }

    private static ExpressionFault? FindFault(string expression, ExpressionSchema schema)
    {
        try
        {
            Expression.Condition(expression, schema);
            return null;
        }
        catch (ExpressionException fault)
        {
            return new() { Line = fault.Line, Column = fault.Column, Message = fault.Fault };
        }
    }

    private static string FindType(Completion completion, ExpressionSchema schema) =>
        completion.Kind == Domain.Expressions.Completion.CompletionKind.Tag
            && schema.Tags.TryGetValue(completion.Text["tags.".Length..], out var tag)
            ? tag.Type.ToString().ToLowerInvariant()
            : "";
}
