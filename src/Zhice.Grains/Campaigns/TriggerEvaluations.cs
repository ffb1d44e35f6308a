using Zhice.Domain.Campaigns;
using Zhice.Storage.Evaluations;

namespace Zhice.Grains.Campaigns;

/// <summary>Evaluations of triggers that wait to be kept, by campaign.</summary>
internal sealed class TriggerEvaluations
{
    // The only run of a trigger.
    private const long Run = 1;

    // While the store is away, what is more than this is not kept.
    private const int MaxWaiting = 100_000;

    private const int MaxPage = 1_024;
    private const long KeptForMs = 30L * 86_400_000;

    // Newer pages have lower numbers, so that a customer's last evaluation is found first. Silos that write in the same
    // millisecond differ by the lowest bits.
    private const int NumberBits = 20;
    private const long LastMs = 1L << 42;

    private readonly Dictionary<string, List<CampaignEvaluation>> _waiting = [];
    private int _count;

    /// <summary>Adds one.</summary>
    public void Add(string campaignId, CampaignEvaluation evaluation)
    {
        if (_count < MaxWaiting)
        {
            if (!_waiting.TryGetValue(campaignId, out var all))
            {
                _waiting[campaignId] = all = [];
            }

            all.Add(evaluation);
            _count++;
        }
    }

    /// <summary>Adds all of others.</summary>
    public void AddAll(TriggerEvaluations others)
    {
        foreach (var (campaignId, evaluations) in others._waiting)
        {
            evaluations.ForEach(each => Add(campaignId, each));
        }
    }

    /// <summary>Those of each campaign apart.</summary>
    public IEnumerable<TriggerEvaluations> ByCampaign()
    {
        foreach (var (campaignId, evaluations) in _waiting)
        {
            var ofOne = new TriggerEvaluations();
            evaluations.ForEach(each => ofOne.Add(campaignId, each));
            yield return ofOne;
        }
    }

    /// <summary>Keeps them all, and forgets what is older than 30 days of the same campaigns.</summary>
    public async Task WriteAsync(IEvaluationStore store, long nowMs)
    {
        foreach (var (campaignId, evaluations) in _waiting)
        {
            foreach (var page in evaluations.Chunk(MaxPage))
            {
                var number = PageAt(nowMs) + Random.Shared.Next(1 << NumberBits);
                await store.WriteAsync(new(campaignId, Run, EvaluationRow.TriggerShard, number, EvaluationPage.ToBytes(page)));
            }

            await store.ForgetPagesAsync(campaignId, Run, EvaluationRow.TriggerShard, PageAt(nowMs - KeptForMs));
        }
    }

    private static long PageAt(long ms) => (LastMs - ms) << NumberBits;
}
