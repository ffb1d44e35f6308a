using System.Collections.Frozen;
using System.Reflection;
using Google.Protobuf.Reflection;
using Zhice.Api.Calls;

namespace Zhice.Api.Pipeline;

/// <summary>A method of the API, and what is said of it.</summary>
/// <param name="Path">Its path, such as <c>/zhice.v1.EventService/StreamEvents</c>.</param>
/// <param name="Call">Its class, repeats and limits.</param>
internal sealed record ApiMethod(string Path, CallAttribute Call)
{
    /// <summary>
    /// How many bytes one message of a client's stream may have, unpacked; null for a method whose client sends one message.
    /// </summary>
    public int? MaxMessageBytes => Call.MaxMessageBytes > 0 ? Call.MaxMessageBytes : null;

    /// <summary>What the audit trail keeps of its calls; null: nothing.</summary>
    public AuditRule? AuditRule => Call.Audit is Calls.AuditRule.Change or Calls.AuditRule.SensitiveRead ? Call.Audit : null;
}

/// <summary>All methods of the API, by their paths.</summary>
internal static class ApiMethods
{
    private static readonly FrozenDictionary<string, ApiMethod> ByPath = ApiService.All
        .SelectMany(static service => service.Contract.Methods.Select(method => Create(service, method)))
        .ToFrozenDictionary(static method => method.Path, StringComparer.Ordinal);

    /// <summary>All.</summary>
    public static IEnumerable<ApiMethod> All => ByPath.Values;

    /// <summary>The method of a path; null for health and reflection, which are always let in, and for what is not served.</summary>
    public static ApiMethod? Find(string path) => ByPath.GetValueOrDefault(path);

    private static ApiMethod Create(ApiService service, MethodDescriptor method)
    {
        var path = $"/{method.Service.FullName}/{method.Name}";
        var call = service.Implementation.GetMethod(method.Name)?.GetCustomAttribute<CallAttribute>(inherit: false)
            ?? throw new InvalidOperationException($"{service.Implementation}.{method.Name} has no [Call]; say its class.");
        if (call.Audit == AuditRule.Unstated
            && (call.Class is CallClass.Write or CallClass.Bulk || method.InputType.FindFieldByName("customer_id") is not null))
        {
            throw new InvalidOperationException(
                $"{path} changes something or names a customer: its [Call] must state Audit, AuditRule.Change, SensitiveRead or None.");
        }

        return method.IsClientStreaming == call.MaxMessageBytes > 0
            ? new(path, call)
            : throw new InvalidOperationException(
                $"{path}: MaxMessageBytes is for methods whose clients send a stream, and each of them has it.");
    }
}
