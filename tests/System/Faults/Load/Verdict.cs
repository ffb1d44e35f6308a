using Grpc.Core;
using Npgsql;

namespace Zhice.SystemTests.Faults.Load;

/// <summary>Holds what the grid knows against what its callers were told.</summary>
/// <param name="Events">How many events were acknowledged.</param>
/// <param name="Lost">Acknowledged events that are not there.</param>
/// <param name="Doubled">Events that count twice.</param>
/// <param name="Offers">How many offers were given.</param>
/// <param name="CapsExceeded">Customers who were offered more than the cap allows.</param>
/// <param name="OffersLost">Offers given that are not in the customer's contacts, or contacts that nobody was given.</param>
/// <param name="OffersRefused">Customers who got fewer than the cap allows though nothing was stopped.</param>
/// <param name="OffersAgainst">Offers that were decided while they were stopped.</param>
internal sealed record Verdict(
    long Events, long Lost, long Doubled, long Offers, long CapsExceeded, long OffersLost, long OffersRefused, long OffersAgainst)
{
    /// <summary>Asks a silo for every customer.</summary>
    public static async Task<Verdict> OfAsync(SiloTargets silos, EventModel events, OfferLoad? offers)
    {
        var (lost, doubled, given, exceeded, offersLost) = (0L, 0L, 0L, 0L, 0L);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 64 };
        await Parallel.ForAsync(0, events.Customers, parallel, async (customer, _) =>
        {
            var counted = await LoginsAsync(silos, events.IdOf(customer));
            Interlocked.Add(ref lost, events.Lost(customer, counted));
            Interlocked.Add(ref doubled, events.Doubled(customer, counted));
        });
        await Parallel.ForEachAsync(offers?.Offers ?? new Dictionary<string, IReadOnlyCollection<string>>(), parallel, async (of, cancellation) =>
        {
            var contacts = (await AskAsync(() => silos.Customers[0].ListCustomerContactsAsync(
                new ListCustomerContactsRequest { CustomerId = of.Key, PageSize = 64 },
                cancellationToken: cancellation).ResponseAsync)).Contacts;
            var kept = contacts.Select(contact => contact.DecisionId).ToHashSet(StringComparer.Ordinal);
            Interlocked.Add(ref given, of.Value.Count);
            Interlocked.Add(ref exceeded, of.Value.Count > OfferLoad.Cap || contacts.Count > OfferLoad.Cap ? 1 : 0);
            Interlocked.Add(ref offersLost, kept.SetEquals(of.Value) ? 0 : 1);
        });
        return new(events.Acknowledged, lost, doubled, given, exceeded, offersLost, offers?.WronglyRefused ?? 0, offers?.AgainstAStop ?? 0);
    }

    /// <summary>
    /// Customers of the offers who stand in the ledger more often than the cap allows. Contacts that were void stay there.
    /// </summary>
    public static async Task<long> AboveCapInLedgerAsync(string connectionString, string schema)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT count(*) FROM (SELECT 1 FROM {schema}.contact_ledger WHERE substr(customer_id, 1, 2) = 'o-' GROUP BY customer_id HAVING count(*) > {OfferLoad.Cap}) AS above", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public void Print(ITestOutputHelper output)
    {
        output.WriteLine($"{Events:N0} events acknowledged: {Lost} lost, {Doubled} doubled");
        output.WriteLine(
            $"{Offers:N0} offers given: {CapsExceeded} caps exceeded, {OffersLost} customers whose contacts are others than they were told, {OffersRefused} wrongly refused, {OffersAgainst} against a stop");
    }

    public void AssertClean() => Assert.Equal((0, 0, 0, 0, 0, 0), (Lost, Doubled, CapsExceeded, OffersLost, OffersRefused, OffersAgainst));

    private static async Task<long> LoginsAsync(SiloTargets silos, string customer)
    {
        try
        {
            var found = await AskAsync(() =>
                silos.Customers[0].GetCustomerAsync(new GetCustomerRequest { CustomerId = customer }).ResponseAsync);
            return found.Customer.Tags.Single(tag => tag.TagId == "logins").Value.IntegerValue;
        }
        catch (RpcException fault) when (fault.StatusCode == StatusCode.NotFound)
        {
            return 0; // Never heard of: no event.
        }
    }

    // Silos that have just come up may still be settling who keeps whom.
    private static async Task<T> AskAsync<T>(Func<Task<T>> call)
    {
        const int MaxTries = 60;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted && tries < MaxTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500));
            }
        }
    }
}
