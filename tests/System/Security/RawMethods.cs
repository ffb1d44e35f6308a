using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Zhice.Client;

namespace Zhice.SystemTests.Security;

/// <summary>All methods of the contract, called with an empty message whatever they are.</summary>
internal static class RawMethods
{
    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    /// <summary>All.</summary>
    public static IReadOnlyList<MethodDescriptor> All { get; } =
    [
        .. typeof(CatalogService).Assembly.GetTypes()
            .Select(static type => type.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(null))
            .OfType<ServiceDescriptor>()
            .Append(Google.LongRunning.Operations.Descriptor)
            .Distinct()
            .SelectMany(static service => service.Methods),
    ];

    /// <summary>Calls one.</summary>
    /// <returns>How it ended; null for well.</returns>
    public static async Task<GrpcFault?> CallAsync(GrpcChannel channel, MethodDescriptor method, Metadata headers)
    {
        var raw = new Method<byte[], byte[]>(MethodType.Unary, method.Service.FullName, method.Name, Bytes, Bytes);
        try
        {
            await channel.CreateCallInvoker().AsyncUnaryCall(raw, null, new(headers, DateTime.UtcNow.AddSeconds(20)), []);
            return null;
        }
        catch (RpcException fault)
        {
            return GrpcFault.From(fault);
        }
    }
}
