using Google.Protobuf;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;
using Zhice.Storage.Decisions;

namespace Zhice.Grains.Tests.Simulations;

/// <summary>Drafts that are judged by the decisions that were logged.</summary>
public sealed class DraftEvaluationTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private const int Customers = 120;

    [Fact]
    public async Task A_draft_that_chooses_alike_is_worth_what_the_log_was()
    {
        var now = DateTimeOffset.UtcNow;
        var (rows, accepted) = (new List<DecisionRow>(), 0);
        for (var i = 0; i < Customers; i++)
        {
            var customer = grid.Grains.GetGrain<ICustomerGrain>($"judged{i}");
            await grid.HappenAsync($"judged{i}", grid.Event("login"));
            var state = (await customer.Find())!.State;
            var decision = await customer.Recommend(new("app_home", 1, [], "", 0));
            var record = new DecisionRecord(decision, CustomerStateCodec.ToBytes(state), [], 1) { ShownProbabilities = [1] };
            rows.Add(new(decision.Id, decision.CustomerId, record.ToBytes()));
            if (i % 3 == 0)
            {
                accepted++;
                await customer.Record(
                [
                    grid.Event("login") with
                    {
                        Feedback = FeedbackType.Acceptance, Decision = decision.Id, Action = decision.Verdicts[0].Action,
                        Channel = grid.Catalog.Channels["app"].Number,
                    },
                ]);
            }
        }

        await grid.Store.Decisions.AppendAsync(rows);
        var definition = MemoryGrid.Definition();
        var same = await EvaluateAsync(definition);
        Assert.Equal((Customers, 0, 0, ""), (same.Decisions, same.Unusable, same.Forgotten, same.Refusal));
        Assert.Equal(accepted / (double)Customers, same.Own.Value, 9);
        Assert.Equal(same.Own.Value, same.Value!.Value.Snips.Value, 9);
        Assert.Equal(Customers, same.Value.Value.EffectiveRounds, 6);

        // Two models of one action that have learned nothing choose as the log did.
        var action = grid.Catalog.FindAction("deposit")!;
        var models = await grid.Grains.GetGrain<IDraftEvaluationGrain>(Guid.NewGuid()).EvaluateModels(
            new(
                action.Id, [], new BayesianModel().ToBytes(), "app_home", "", now.AddHours(-1).ToUnixTimeMilliseconds(),
                now.AddHours(1).ToUnixTimeMilliseconds(), 10),
            TestContext.Current.CancellationToken);
        Assert.Equal((Customers, 0L, 0L), (models.Decisions, models.Unusable, models.Forgotten));
        Assert.Equal(("", ""), (models.Champion.Refusal, models.Challenger.Refusal));
        Assert.Equal(models.Champion.Value, models.Challenger.Value);
        Assert.Equal(same.Own.Value, models.Challenger.Value!.Value.Snips.Value, 9);
        Assert.Equal(same.Own.Value, models.Challenger.Value.Value.DoublyRobust.Value, 9);

        Task<DraftEvaluation> EvaluateAsync(V1.Catalog draft, string placement = "app_home") => grid.Grains.GetGrain<IDraftEvaluationGrain>(Guid.NewGuid()).Evaluate(
            new(draft.ToByteArray(), placement, "", now.AddHours(-1).ToUnixTimeMilliseconds(), now.AddHours(1).ToUnixTimeMilliseconds(), 10),
            TestContext.Current.CancellationToken);
    }
}
