using System.Reflection;
using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Zhice.Api.Errors;

namespace Zhice.Api.Pipeline;

/// <summary>
/// Binds the methods of a generated service as gRPC's own binder does, but a request that cannot be read (broken bytes,
/// a text that is no UTF-8) is the caller's INVALID_ARGUMENT. It is read before any interceptor runs, so the marshaller
/// is the one place where that can be said.
/// </summary>
internal sealed class CheckedMethodProvider<TService>(ILogger<CheckedMethodProvider<TService>> log) : IServiceMethodProvider<TService>
    where TService : class
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is { } bind)
            {
                var method = bind.BindType.GetMethod(bind.BindMethodName, [typeof(ServiceBinderBase), type])
                    ?? throw new InvalidOperationException($"{bind.BindType} has no method {bind.BindMethodName}.");
                method.Invoke(null, [new Binder(context, log), null]);
                return;
            }
        }
    }

    private sealed class Binder(ServiceMethodProviderContext<TService> context, ILogger log) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            var target = Target(method.Name, typeof(TRequest), typeof(ServerCallContext));
            context.AddUnaryMethod(
                Checked(method), Metadata(target), target.CreateDelegate<UnaryServerMethod<TService, TRequest, TResponse>>());
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var target = Target(method.Name, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            context.AddServerStreamingMethod(
                Checked(method), Metadata(target), target.CreateDelegate<ServerStreamingServerMethod<TService, TRequest, TResponse>>());
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var target = Target(method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
            context.AddClientStreamingMethod(
                Checked(method), Metadata(target), target.CreateDelegate<ClientStreamingServerMethod<TService, TRequest, TResponse>>());
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            var target = Target(
                method.Name, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            context.AddDuplexStreamingMethod(
                Checked(method), Metadata(target), target.CreateDelegate<DuplexStreamingServerMethod<TService, TRequest, TResponse>>());
        }

        private static MethodInfo Target(string name, params Type[] parameters) =>
            typeof(TService).GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)
            ?? throw new InvalidOperationException($"{typeof(TService)} has no method {name}.");

        private static List<object> Metadata(MethodInfo target) =>
        [
            .. typeof(TService).GetCustomAttributes(inherit: true),
            .. target.GetCustomAttributes(inherit: true),
            new HttpMethodMetadata(["POST"], acceptCorsPreflight: true),
        ];

        private Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
            where TRequest : class
            where TResponse : class
        {
            var read = method.RequestMarshaller.ContextualDeserializer;
            var maxBytes = ApiMethods.Find(method.FullName)?.MaxMessageBytes;
            var marshaller = new Marshaller<TRequest>(method.RequestMarshaller.ContextualSerializer, bytes =>
            {
                // One that came compressed has its size only now.
                if (bytes.PayloadLength > maxBytes)
                {
                    throw ApiError.Fail(
                        ErrorReasons.MalformedRequest,
                        $"The message has {bytes.PayloadLength:N0} bytes unpacked; at most {maxBytes:N0} are taken.");
                }

                try
                {
                    return read(bytes);
                }
                catch (Exception fault) when (fault is InvalidProtocolBufferException or ArgumentException)
                {
                    ApiLog.Malformed(log, method.FullName, fault);
                    throw ApiError.Fail(
                        ErrorReasons.MalformedRequest,
                        $"The request is no {typeof(TRequest).Name}: its bytes are broken, or a text in it is not UTF-8.",
                        ("message", typeof(TRequest).Name));
                }
            });
            return new(method.Type, method.ServiceName, method.Name, marshaller, method.ResponseMarshaller);
        }
    }
}
