using System.Globalization;
using Zhice.Client;
using Zhice.Contracts.Catalogs;
using Zhice.SampleTraffic;

namespace Zhice.Silo;

/// <summary>
/// Plays a day of traffic on a sample bank that was just loaded, so that each page of the console has something to show. It calls the API
/// as any program does, one customer at a time with as long a rest. It begins with the second version of the catalogue: where there is
/// one, a day was begun, or somebody works here, and nothing is played.
/// </summary>
internal sealed class FirstDay(SiloSettings settings, IGrainFactory grains, ILogger<FirstDay> log)
{
    private const int Seed = 1;
    private const int Quarter = 25;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private int _steps;

    /// <summary>Whether it is to be played: it is wanted, and nothing but the sample was ever here.</summary>
    public async Task<bool> IsDueAsync() =>
        settings.PlaySample > 0 && settings.IsSampleWanted && !settings.Identity.IsOn && !settings.Tls.IsOn
        && await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).Versions() is [{ Version: 1, Author: SampleCatalog.Author }];

    /// <summary>Plays it, and says how far it is; ends when the silo stops. A fault of it is none of the silo.</summary>
    public async Task PlayAsync(CancellationToken stopping)
    {
        try
        {
            using var operations = CreateClient(SampleDay.Operator);
            using var approver = CreateClient(SampleDay.Approver);
            var day = new SampleDay(operations, approver, settings.PlaySample, Seed);
            var tally = await new SamplePlay(day, SamplePace.Quiet, done => Advance(done, day.Steps), static _ => { }).RunAsync(stopping);
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"the day is played: {tally.Customers:N0} customers, {tally.Events:N0} events, {tally.Decisions:N0} decisions, {tally.Contacts:N0} contacts"));
        }
        catch (Exception fault)
        {
            if (!stopping.IsCancellationRequested)
            {
                SiloLog.FirstDayFailed(log, fault);
            }
        }
    }

    // Steps are done by several threads: whoever passes a quarter says so.
    private void Advance(int done, int all)
    {
        var after = Interlocked.Add(ref _steps, done);
        var (part, before) = (100 * after / all / Quarter, 100 * (after - done) / all / Quarter);
        if (part > before && after < all)
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"{part * Quarter} % of the day are played"));
        }
    }

    private static void Say(string what) => Console.Out.WriteLine($"  {"Traffic",-10} {what}");

    private ZhiceClient CreateClient(string user) => new(new ZhiceClientOptions
    {
        Address = new UriBuilder(Uri.UriSchemeHttp, settings.Address, settings.GrpcPort).Uri,
        Deadline = Deadline,
        DevelopmentUser = user,
    });
}
