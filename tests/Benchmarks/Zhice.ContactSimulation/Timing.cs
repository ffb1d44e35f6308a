using System.Diagnostics;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;

namespace Zhice.ContactSimulation;

/// <summary>How long the policy takes for a customer with as many contacts as the caps allow, each of the actions asked about.</summary>
internal static class Timing
{
    public static double NanosecondsOfAnAsk(SimulatedBank bank)
    {
        const int Rounds = 200_000;
        var (state, policy) = (new CustomerState(), bank.Catalog.ContactPolicy);
        var nowMs = new DateTimeOffset(2026, 3, 2, 4, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        ContactRequest[] asks = [.. bank.Catalog.Actions.Select(action =>
            bank.Catalog.Placement(SimulatedBank.Text)!.AskFor(action, (ushort)((action.Number * 4) + SimulatedBank.Text))).Where(ask =>
                ask.IsBound)];
        for (var i = 1; i <= 24; i++)
        {
            state.Contacts.Record(
                asks[i % asks.Length].Scopes, nowMs - (i * 8 * SimulatedBank.DayMs), bank.Catalog.KeptContacts, CountMoment.Decision);
        }

        var (memory, best) = (state.ContactState, double.MaxValue);
        for (var run = 0; run < 5; run++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < Rounds; i++)
            {
                policy.FirstRefusal(memory, asks[i % asks.Length], nowMs);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / Rounds);
        }

        return best;
    }
}
