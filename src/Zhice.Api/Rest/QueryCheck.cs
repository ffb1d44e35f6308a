using System.Globalization;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Domain.Expressions;

namespace Zhice.Api.Rest;

/// <summary>Checks the query of a REST request: names that no field has, and values that no field takes, are refused.</summary>
internal static class QueryCheck
{
    public static void Check(HttpRequest request, JsonNames names, bool takesBody, RequestCheck check)
    {
        if (!request.QueryString.HasValue)
        {
            return;
        }

        if (HasBrokenEscape(request.QueryString.Value!))
        {
            throw ApiError.Fail(
                ErrorReasons.MalformedRequest,
                "The query holds a '%' that is no UTF-8 in hexadecimal digits; a '%' of a value is written %25.");
        }

        Dictionary<string, StringValues>? read = null;
        foreach (var (name, values) in request.Query)
        {
            if (takesBody)
            {
                check.Add(name, FieldReasons.NotAllowed, "stands in the query; the fields of this call go into its body");
            }
            else if (FindField(name, names, check) is { } field && Read(name, field, values, check) is var text && text != values)
            {
                (read ??= request.Query.ToDictionary())[name] = text;
            }
        }

        if (read is not null)
        {
            request.Query = new QueryCollection(read);
        }
    }

    private static FieldDescriptor? FindField(string name, JsonNames names, RequestCheck check)
    {
        FieldDescriptor? field = null;
        foreach (var part in name.Split('.'))
        {
            if (field is not null)
            {
                names = names.Get(field.MessageType);
            }

            field = names.Find(part);
            if (field is null)
            {
                check.Add(name, FieldReasons.UnknownName, $"is no field of {names.Type.Name}{NearestName.Hint(part, names.All)}");
                return null;
            }

            if (field.FieldType != FieldType.Message || field.IsRepeated)
            {
                break;
            }
        }

        return field;
    }

    private static StringValues Read(string name, FieldDescriptor field, StringValues values, RequestCheck check)
    {
        if (values.Count > 1 && !field.IsRepeated)
        {
            check.Add(name, FieldReasons.Repeated, $"is there {values.Count} times; one value is expected");
            return values;
        }

        return new(values.Select(text => ReadOne(name, field, text ?? "", check)).ToArray());
    }

    private static string ReadOne(string name, FieldDescriptor field, string text, RequestCheck check)
    {
        var culture = CultureInfo.InvariantCulture;
        var isRight = field.FieldType switch
        {
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out _),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out _),
            FieldType.UInt32 or FieldType.Fixed32 => uint.TryParse(text, NumberStyles.None, culture, out _),
            FieldType.UInt64 or FieldType.Fixed64 => ulong.TryParse(text, NumberStyles.None, culture, out _),
            FieldType.Double or FieldType.Float => double.TryParse(text, NumberStyles.Float, culture, out _),
            FieldType.Bool => text is "true" or "false",
            FieldType.Enum =>
                JsonNames.FullName(field.EnumType, text) is not null || int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out _),
            _ => true,
        };
        if (!isRight)
        {
            check.Add(name, FieldReasons.WrongType, $"is '{RequestCheck.Clip(text)}'; {JsonBody.Expected(field)} is expected");
        }

        return isRight && field.FieldType == FieldType.Enum ? JsonNames.FullName(field.EnumType, text) ?? text : text;
    }

    private static bool HasBrokenEscape(string query) =>
        query.Contains('%', StringComparison.Ordinal)
            && !RestPath.TryDecode($"/{query.Replace("?", "", StringComparison.Ordinal).Replace('/', '_')}_", out _, out _);
}
