using Zhice.V1;
using Value = Zhice.V1.Value;

namespace Zhice.SampleTraffic;

/// <summary>Customers on their journeys: how far each came, and when. Timers that are due since then fire at once.</summary>
internal sealed class SampleJourneys(SampleDay day, Func<Event, ValueTask> send)
{
    private static readonly string[] Loan =
    [
        "loan_page_view", "loan_application_started", "loan_application_submitted", "loan_documents_uploaded", "loan_approved",
        "loan_drawn", "loan_repayment",
    ];

    private static readonly string[] Calls = ["campaign_call", "campaign_call", "campaign_call"];

    /// <summary>Plays the journeys of a quarter of the day's customers.</summary>
    public async Task PlayAsync(CancellationToken cancellation)
    {
        for (var place = 0; place < day.Customers / 4; place++)
        {
            cancellation.ThrowIfCancellationRequested();
            // Customers beyond those who visit, so that their week is not mixed up with it.
            var (customer, chance) = (day.GetCustomer(day.Customers + place), day.GetChance(place, 2));
            switch (place % 3)
            {
                case 0:
                    await BorrowAsync(customer, chance);
                    break;
                case 1:
                    await RegisterAsync(customer, chance);
                    break;
                default:
                    await BeCalledAsync(customer, chance);
                    break;
            }
        }
    }

    private async Task BorrowAsync(string customer, Random chance)
    {
        var ago = TimeSpan.FromHours(4 + chance.Next(150));
        for (var step = 0; step < Loan.Length; step++)
        {
            var isRefused = Loan[step] == "loan_approved" && chance.NextDouble() < 0.2;
            await send(day.CreateEvent(
                customer, $"loan{step}", isRefused ? "loan_rejected" : Loan[step], ago, "loan_platform", Properties(step, chance)));
            if (isRefused || chance.NextDouble() < 0.28)
            {
                return;
            }

            ago -= TimeSpan.FromMinutes(5 + chance.Next(25));
        }
    }

    private static (string, Value)[] Properties(int step, Random chance) => step >= 5 ? [("amount", SampleDay.Amount(chance, 80_000))] : [];

    private async Task RegisterAsync(string customer, Random chance)
    {
        var ago = TimeSpan.FromHours(6 + chance.Next(155));
        await send(day.CreateEvent(customer, "registered", "app_registered", ago, "app"));
        if (chance.NextDouble() < 0.7)
        {
            await send(day.CreateEvent(customer, "activated", "account_activated", ago - TimeSpan.FromHours(1), "app"));
        }
    }

    private async Task BeCalledAsync(string customer, Random chance)
    {
        var ago = TimeSpan.FromHours(20 + chance.Next(140));
        for (var call = 0; call < Calls.Length; call++)
        {
            await send(day.CreateEvent(customer, $"call{call}", Calls[call], ago, "remote_bank"));
            ago -= TimeSpan.FromHours(2);
            var mood = chance.NextDouble();
            if (mood < 0.5)
            {
                var (type, properties) = mood < 0.12
                    ? (SampleCatalog.OutcomeId, new[] { ("amount", SampleDay.Amount(chance, 60_000)) }) : ("offer_refused", []);
                await send(day.CreateEvent(customer, $"end{call}", type, ago, "remote_bank", properties));
                return;
            }
        }
    }
}
