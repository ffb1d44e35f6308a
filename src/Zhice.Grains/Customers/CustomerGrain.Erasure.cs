using Zhice.Contracts.Customers;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using Zhice.Grains.Retention;

namespace Zhice.Grains.Customers;

/// <content>The end of all that is known of a customer.</content>
internal sealed partial class CustomerGrain
{
    public async ValueTask<ChangeAnswer> DeleteTags(TagDeletion deletion)
    {
        if (await AnswerGiven(deletion.RequestId, deletion.BodyHash) is { } given)
        {
            return given;
        }

        await Transact(change =>
        {
            var (tags, live) = (change.Next.Tags, change.Next.LiveTags);
            change.Walk?.Until(change.NowMs);
            if (deletion.IsAll)
            {
                foreach (var entry in tags.Clone())
                {
                    tags.Remove(entry.Tag);
                }

                live.Clear();
            }

            foreach (var tag in deletion.Tags)
            {
                tags.Remove(tag);
                live.Remove(tag);
            }

            change.Walk?.AfterChange();
            change.Next.Remember(deletion.RequestId, deletion.BodyHash, change.NowMs, _state.Version + 1, []);
            return ValueTask.FromResult((_state.Version > 0, true));
        });
        return new(ChangeOutcome.Made, _state.Version, 0);
    }

    public ValueTask<int> ForgetPast() => Transact(change =>
    {
        change.Walk?.Until(change.NowMs);
        var removed = _state.Version == 0 ? 0 : PastTags.Remove(change.Next, change.Catalog, change.NowMs);
        change.Walk?.AfterChange();
        return ValueTask.FromResult((removed > 0, removed));
    });

    // Of an erased customer nothing is in the store, so only those without a version need to be looked up.
    private async ValueTask<bool> IsErased() => _state.Version == 0 && shared.Stores is { } stores
        && (await stores.Erasures.FindErasedAsync([this.GetPrimaryKeyString()])).Count > 0;

    public async ValueTask Erase(string requestId)
    {
        var stores = shared.Stores ?? throw new NotSupportedException("The storage of this silo cannot erase customers.");
        var customerId = this.GetPrimaryKeyString();
        var request = await stores.Erasures.BeginAsync(customerId, new(requestId, "", "", NowMs));
        await Reload();
        if (_state.Version > 0)
        {
            var (empty, effects) = (new CustomerState(), new CommitEffects());
            foreach (var unit in _state.Current.Units.All.ToArray())
            {
                effects.EndUnit(new(unit.Contact.ToString(), IsSpent: false, NowMs));
            }

            foreach (var contact in await stores.Erasures.ListContactsAsync(customerId))
            {
                effects.Withdraw(contact);
            }

            empty.Effects = effects;
            await Commit(empty);
        }

        await stores.Erasures.RemoveStateAsync(customerId, request);

        // What comes next finds a customer of whom nothing is kept, and whom the store does not take.
        _decisions = null;
        _state.Publish(packed: null, version: 0);
        shared.Strangers.Remove(this);
        DeactivateOnIdle();
    }
}
