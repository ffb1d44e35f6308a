using System.Collections.Immutable;
using System.Text;
using Orleans.Concurrency;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Bulk;
using Zhice.Storage.Customers;
using Zhice.Storage.Evaluations;

namespace Zhice.Grains.Campaigns;

/// <summary>Evaluations, as the store has them.</summary>
[GrainType("campaign-evaluations"), StatelessWorker]
internal sealed class CampaignEvaluationsGrain(IStores stores) : Grain, ICampaignEvaluationsGrain
{
    private const int PagesAtOnce = 16;

    // A call that finds little gives up after so many pages, some ten thousand customers, and says where to go on.
    private const int MaxPages = 256;

    private string CampaignId => this.GetPrimaryKeyString();

    public async ValueTask<CampaignEvaluation?> Find(long run, bool isTriggered, string customerId)
    {
        var shard = isTriggered ? EvaluationRow.TriggerShard : (short)CustomerBucket.ForId(Encoding.UTF8.GetBytes(customerId));
        CampaignEvaluation? found = null;
        for (var page = 0L; ;)
        {
            var pages = await stores.Evaluations.ListAsync(CampaignId, run, shard, page, shard, PagesAtOnce);
            foreach (var evaluation in pages.SelectMany(
                static row => EvaluationPage.FromBytes(row.Evaluations)).Where(each => each.CustomerId == customerId))
            {
                found = found is { } other && other.AtMs > evaluation.AtMs ? found : evaluation;
            }

            if (found is not null || pages.Count < PagesAtOnce)
            {
                return found;
            }

            page = pages[^1].Page + 1;
        }
    }

    public async ValueTask<EvaluationList> List(EvaluationQuery query)
    {
        var (found, from) = (ImmutableArray.CreateBuilder<CampaignEvaluation>(), query.From);
        for (var looked = 0; looked < MaxPages; looked += PagesAtOnce)
        {
            var pages = await stores.Evaluations.ListAsync(
                CampaignId, query.Run, from.Shard, from.Page, EvaluationRow.TriggerShard, PagesAtOnce);
            foreach (var row in pages)
            {
                var evaluations = EvaluationPage.FromBytes(row.Evaluations);
                for (var i = row.Shard == from.Shard && row.Page == from.Page ? from.Row : 0; i < evaluations.Count; i++)
                {
                    if (query.Holds(evaluations[i]))
                    {
                        if (found.Count == query.Limit)
                        {
                            return new(found.ToImmutable(), new(row.Shard, row.Page, i));
                        }

                        found.Add(evaluations[i]);
                    }
                }
            }

            if (pages.Count < PagesAtOnce)
            {
                return new(found.ToImmutable(), null);
            }

            from = new(pages[^1].Shard, pages[^1].Page + 1, 0);
        }

        return new(found.ToImmutable(), from);
    }
}
