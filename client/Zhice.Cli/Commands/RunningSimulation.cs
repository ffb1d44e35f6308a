using System.Globalization;
using Grpc.Core;
using Zhice.Cli.Running;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>Runs a simulation and shows how far it is.</summary>
internal static class RunningSimulation
{
    /// <summary>The result.</summary>
    /// <exception cref="FailureException">The server ended without one.</exception>
    public static async Task<SimulationResult> RunAsync(Session session, SimulateRequest request)
    {
        var result = await session.Terminal.WatchAsync("simulation", show => RunAsync(session, request, show));
        if (result.FewerThan > 0)
        {
            session.Terminal.Warning(
                $"Numbers of fewer than {result.FewerThan} customers are 0, and nobody is named: your roles show no single customers.");
        }

        return result;
    }

    private static async Task<SimulationResult> RunAsync(Session session, SimulateRequest request, Action<double, string> show)
    {
        using var call = session.Client.Simulations.Simulate(request, cancellationToken: session.Cancellation);
        await foreach (var news in call.ResponseStream.ReadAllAsync(session.Cancellation))
        {
            if (news.Result is { } result)
            {
                return result;
            }

            var (done, total) = (news.Progress.Customers, Math.Max(1, news.Progress.Total));
            show((double)done / total, string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {total:N0} customers"));
        }

        throw new FailureException("The server ended the simulation without a result. Try again.");
    }
}
