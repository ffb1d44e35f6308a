using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Zhice.V1;

namespace Zhice.Client.Internal;

/// <summary>Says in a header whose call it is, for load balancers that cannot read the message.</summary>
internal sealed class CustomerIdInterceptor : Interceptor
{
    public const string Header = "x-customer-id";

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithHeader(request, context));

    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
        BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, WithHeader(request, context));

    private static ClientInterceptorContext<TRequest, TResponse> WithHeader<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (GetCustomerId(request) is not { Length: > 0 } customer || context.Options.Headers?.Get(Header) is not null)
        {
            return context;
        }

        var headers = new Metadata();
        foreach (var entry in context.Options.Headers ?? [])
        {
            headers.Add(entry);
        }

        headers.Add(Header, HeaderText.Encode(customer));
        return new(context.Method, context.Host, context.Options.WithHeaders(headers));
    }

    // By the field's name, so that a request of tomorrow is not forgotten. Events have a customer each.
    private static string? GetCustomerId(object request) => request switch
    {
        RecommendRequest recommend => recommend.CustomerId,
        RecordEventsRequest { Events: [var first, ..] events } =>
            events.All(e => e.CustomerId == first.CustomerId) ? first.CustomerId : null,
        IMessage message => message.Descriptor.FindFieldByName("customer_id")?.Accessor.GetValue(message) as string,
        _ => null,
    };
}
