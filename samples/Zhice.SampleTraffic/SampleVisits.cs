using Zhice.V1;
using Value = Zhice.V1.Value;

namespace Zhice.SampleTraffic;

/// <summary>Customers who come by: what they did on the days before, what they are offered now, and how they answer.</summary>
internal sealed class SampleVisits(SampleDay day, Func<Event, ValueTask> send)
{
    private static readonly (string Placement, string Channel, int Weight)[] Places =
    [
        ("app_home", "app", 60), ("app_wealth_page", "app", 20), ("branch_desk", "branch", 12),
        ("loan_platform_result_page", "loan_platform", 8),
    ];

    private static readonly string[] Pages = ["home", "deposit", "wealth", "card", "loan", "life"];
    private static readonly string[] Segments = ["new", "mass", "mass", "mass", "affluent", "affluent", "private", "dormant"];

    /// <summary>A customer's visit. How many decisions it took.</summary>
    public async Task<int> VisitAsync(int place, CancellationToken stop)
    {
        var (customer, chance) = (day.GetCustomer(place), day.GetChance(place, 1));
        await day.Operations.Customers.UpdateTagsAsync(
            new()
            {
                CustomerId = customer,
                RequestId = $"sample-{day.Run}-{customer}",
                Changes =
                {
                    new TagChange { TagId = SampleCatalog.TierTagId, Set = SampleDay.Text(Segments[chance.Next(Segments.Length)]) },
                    new TagChange { TagId = "aum", Set = SampleDay.Amount(chance, 600_000) },
                },
            },
            cancellationToken: stop);
        await RememberAsync(customer, chance);
        var decisions = 0;
        foreach (var (placement, channel) in Choose(chance))
        {
            await AskAsync(customer, placement, channel, chance, stop);
            decisions++;
        }

        return decisions;
    }

    private static IEnumerable<(string Placement, string Channel)> Choose(Random chance)
    {
        for (var left = 1 + chance.Next(2); left > 0; left--)
        {
            var drawn = chance.Next(100);
            foreach (var (placement, channel, weight) in Places)
            {
                if ((drawn -= weight) < 0)
                {
                    yield return (placement, channel);
                    break;
                }
            }
        }
    }

    // The week before: who comes often came yesterday too. Events of one customer are sent in the order of their times.
    private async Task RememberAsync(string customer, Random chance)
    {
        var (often, number) = (0.15 + (0.7 * chance.NextDouble()), 0);
        for (var ago = 6; ago >= 0; ago--)
        {
            if (chance.NextDouble() > often)
            {
                continue;
            }

            var opened = TimeSpan.FromDays(ago) + TimeSpan.FromHours(1 + chance.Next(14));
            foreach (var (type, channel, properties) in Walk(chance))
            {
                opened -= TimeSpan.FromSeconds(20 + chance.Next(90));
                await send(day.CreateEvent(customer, $"v{number++}", type, opened, channel, properties));
            }
        }
    }

    private static IEnumerable<(string Type, string Channel, (string, Value)[] Properties)> Walk(Random chance)
    {
        yield return ("app_open", "app", []);
        yield return ("login", "app", []);
        var page = Pages[chance.Next(Pages.Length)];
        yield return ("page_view", "app", [("page", SampleDay.Text(page))]);
        if (page == "wealth")
        {
            yield return ("wealth_page_view", "app", []);
            if (chance.NextDouble() < 0.25)
            {
                yield return ("wealth_purchase", "app", [("amount", SampleDay.Amount(chance, 50_000))]);
            }
        }

        var (type, share) = chance.Next(4) switch
        {
            0 => ("transfer", 0.5), 1 => ("card_payment", 0.7), 2 => ("bill_payment", 0.3), _ => ("incoming_transfer", 0.4),
        };
        if (chance.NextDouble() < share)
        {
            yield return (type, "app", [("amount", SampleDay.Amount(chance, 20_000))]);
        }
    }

    private async Task AskAsync(string customer, string placement, string channel, Random chance, CancellationToken stop)
    {
        var answer = await day.Operations.Recommendations.RecommendAsync(
            new() { CustomerId = customer, PlacementId = placement }, cancellationToken: stop);
        foreach (var offer in answer.Recommendations)
        {
            // Further down the page less is seen.
            if (chance.NextDouble() > 0.9 / offer.Rank)
            {
                continue;
            }

            await AnswerAsync(customer, answer.DecisionId, offer, FeedbackType.Impression);
            var mood = chance.NextDouble();
            if (mood < 0.03)
            {
                await AnswerAsync(customer, answer.DecisionId, offer, FeedbackType.Dismissal);
            }
            else if (mood < 0.03 + Math.Clamp(offer.Propensity * 2, 0.02, 0.5))
            {
                await AnswerAsync(customer, answer.DecisionId, offer, FeedbackType.Click);
                if (chance.NextDouble() < 0.5)
                {
                    await AcceptAsync(customer, answer.DecisionId, offer, channel, chance);
                }
            }
        }
    }

    private async Task AcceptAsync(string customer, string decision, Recommendation offer, string channel, Random chance)
    {
        await AnswerAsync(customer, decision, offer, FeedbackType.Acceptance);
        if (offer.ActionId == SampleCatalog.ActionId)
        {
            await send(day.CreateEvent(
                customer, $"o-{decision}", SampleCatalog.OutcomeId, TimeSpan.Zero, channel,
                ("amount", SampleDay.Amount(chance, 100_000)), ("decision_id", SampleDay.Text(decision))));
        }
    }

    private ValueTask AnswerAsync(string customer, string decision, Recommendation offer, FeedbackType type) =>
        send(day.CreateAnswer(customer, $"{decision}-{offer.ActionId}", type, offer.ActionId, decisionId: decision));
}
