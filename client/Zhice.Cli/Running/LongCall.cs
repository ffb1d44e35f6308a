using Grpc.Core;

namespace Zhice.Cli.Running;

/// <summary>How a call is made that may take minutes, as it reads much or waits for its turn.</summary>
internal static class LongCall
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    public static CallOptions Create(Session session) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + s_limit, cancellationToken: session.Cancellation);
}
