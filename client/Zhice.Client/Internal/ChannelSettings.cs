using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using Zhice.V1;

namespace Zhice.Client.Internal;

/// <summary>The channel's sizes and its service config.</summary>
internal static class ChannelSettings
{
    // A catalogue may have 4 MiB; its message has a little more.
    private const int MaxMessageBytes = 8 << 20;

    public static GrpcChannelOptions For(ZhiceClientOptions options) => new()
    {
        MaxReceiveMessageSize = MaxMessageBytes,
        MaxSendMessageSize = MaxMessageBytes,
        MaxRetryBufferPerCallSize = MaxMessageBytes,
        MaxRetryBufferSize = 8 * MaxMessageBytes,
        MaxRetryAttempts = options.MaxAttempts,
        ServiceConfig = Repeats(options.MaxAttempts),
        Credentials = Credentials.Create(options),
        UnsafeUseInsecureChannelCallCredentials = true, // The options allow it for this machine only.
        // A silo that went away without a word is noticed within half a minute, not after the kernel's quarter of an hour.
        HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            SslOptions = Credentials.CreateTls(options),
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        },
        DisposeHttpClient = true,
    };

    // Only UNAVAILABLE may be repeated unchanged (contract); a stream is not, for its acknowledgements would be lost.
    private static ServiceConfig? Repeats(int attempts) => attempts == 1 ? null : new()
    {
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new()
                {
                    MaxAttempts = attempts,
                    InitialBackoff = TimeSpan.FromMilliseconds(100),
                    MaxBackoff = TimeSpan.FromSeconds(2),
                    BackoffMultiplier = 2,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
            new MethodConfig
            {
                Names = { new MethodName { Service = EventService.Descriptor.FullName, Method = "StreamEvents" } },
            },
            new MethodConfig
            {
                // A long stream: whoever sends it asks first how much has come.
                Names = { new MethodName { Service = BulkService.Descriptor.FullName, Method = "UploadFile" } },
            },
        },
    };
}
