using Zhice.Domain.Catalogs;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Faults;

namespace Zhice.Grains.Customers;

/// <content>What experiments the customer was exposed to.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask Expose(string placementId, long atMs)
    {
        try
        {
            var (catalog, next) = (shared.Catalogs.Current, _state.Copy());
            if (catalog.Placements.TryGetValue(placementId, out var placement)
                && ExposureRecording.Record(next, this.GetPrimaryKeyString(), placement, catalog, atMs))
            {
                await Commit(next, staysUnpacked: false);
            }
        }
        catch (Exception fault) when (fault is CustomerErasedException or StoreOverloadedException)
        {
            // Nothing is kept of an erased customer; and the next decision exposes again.
        }
        finally
        {
            _isExposing = false;
        }
    }

    // On any thread, and waits for nothing: what is not recorded now is due again at the customer's next decision.
    private void Expose(in LentDecision decision, CustomerState state, Catalog catalog)
    {
        if (!_isExposing && decision.CatalogVersion == catalog.Version && catalog.Placement(decision.Id.Placement) is { } placement
            && ExposureRecording.IsDue(state, decision.Arms, placement, catalog))
        {
            _isExposing = true;
            if (!shared.Exposures.TryAdd(new(decision.CustomerId, placement.Id, decision.Id.DecidedAtMs)))
            {
                _isExposing = false;
            }
        }
    }
}
