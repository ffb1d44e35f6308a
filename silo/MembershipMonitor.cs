using Orleans.Runtime;
using Zhice.Postgres;

namespace Zhice.Silo;

/// <summary>
/// Holds the members that this silo counts with against the table of members. One that the table does not know, such as a silo
/// that was started on a copy of the database, is noted as dead there, so that all silos do without it; a silo that finds itself
/// missing ends.
/// </summary>
internal sealed class MembershipMonitor(
    ClusterTable table, IClusterMembershipService membership, ILocalSiloDetails here, IFatalErrorHandler fatal,
    IHostApplicationLifetime lifetime,
    TimeProvider clock, ILogger<MembershipMonitor> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private HashSet<SiloAddress> _missing = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Pause, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                try
                {
                    await LookAsync(stopping.Token);
                }
                catch (Exception fault) when (!stopping.IsCancellationRequested)
                {
                    // The store is away, which others tell of.
                    SiloLog.MembersNotRead(log, fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    // A silo writes its row before others hear of it: what is seen before the table is read and not found there is not of it.
    // Two looks, in case the server was being replaced.
    private async Task LookAsync(CancellationToken stopping)
    {
        var seen = membership.CurrentSnapshot;
        if (seen.GetSiloStatus(here.SiloAddress) != SiloStatus.Active)
        {
            return;
        }

        var known = await table.ReadAsync(stopping);
        HashSet<SiloAddress> missing = [.. seen.Members.Values
            .Where(member => member.Status != SiloStatus.Dead && member.Status != SiloStatus.None && !known.ContainsKey(member.SiloAddress))
            .Select(static member => member.SiloAddress)];
        var again = missing.Where(_missing.Contains).ToList();
        _missing = missing;
        if (again.Contains(here.SiloAddress))
        {
            fatal.OnFatalException(this, "the cluster's table of members does not know this silo", null);
        }
        else if (again.Count > 0)
        {
            SiloLog.MembersUnknown(log, string.Join(", ", again));
            await table.DeclareDeadAsync(again, seen.Version.Value, stopping);
            await membership.Refresh(new(seen.Version.Value + 1), stopping);
        }
    }
}
