using System.Text;
using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Broadcasts;
using Zhice.Domain.Primitives;
using Zhice.V1;

namespace Zhice.Api.Audiences;

/// <summary>A static list as it comes: checked message by message, and saved when all is there.</summary>
internal sealed class AudienceUpload(IGrainFactory grains, UploadMemoryLimit room, Caller caller, TimeProvider clock) : IDisposable
{
    private const int MaxInMessage = 10_000;
    private const int MaxInAll = 5_000_000;
    private const int BucketsAtOnce = 64;
    private const int MaximumNamed = 100;

    // A list of 5,000,000 ids is read by a silo in some seconds.
    private static readonly TimeSpan MaxApplying = TimeSpan.FromSeconds(60);

    // Below the time after which a call of a grain is given up.
    private static readonly TimeSpan MaxAsked = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMilliseconds(500);

    private readonly ListedIds[] _ids = [.. Enumerable.Range(0, CustomerBucket.Count).Select(static _ => new ListedIds())];
    private Audience? _audience;
    private string _etag = "";
    private long _listed;
    private long _held;

    /// <summary>Takes a message in.</summary>
    public void Take(UploadAudienceRequest request)
    {
        var check = new RequestCheck();
        if (_audience is null)
        {
            AudienceMap.Check(request.Audience, check);
            (_audience, _etag) = (request.Audience, request.Etag);
        }

        if (request.CustomerIds.Count > MaxInMessage)
        {
            check.Add(
                "customer_ids", FieldReasons.TooMany,
                $"has {request.CustomerIds.Count} entries; at most {MaxInMessage} are allowed in a message");
        }

        for (var i = 0; i < request.CustomerIds.Count && check.Count < 20; i++)
        {
            var id = request.CustomerIds[i];
            if (check.Id($"customer_ids[{i}]", id) && Add(id) && _listed > MaxInAll)
            {
                check.Add("customer_ids", FieldReasons.TooMany, $"are more than {MaxInAll} in all");
            }
        }

        check.ThrowIfAny();
    }

    /// <summary>
    /// Saves the list, bucket by bucket, and then the audience that names it; says who of it is not known. It answers once every silo
    /// heeds it where do-not-contact lists name it, or after a minute with how many do.
    /// </summary>
    public async Task<UploadAudienceResponse> SaveAsync(CancellationToken cancellation)
    {
        var check = new RequestCheck();
        if (_audience is null || _listed == 0)
        {
            check.Add(
                _audience is null ? "audience" : "customer_ids", FieldReasons.Required,
                _audience is null ? "must be set in the first message" : "are none");
        }

        check.ThrowIfAny();

        var answer = new UploadAudienceResponse();
        var list = $"{_audience!.AudienceId}/{Guid.NewGuid():n}";
        var book = grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key);
        await book.Begin(list);
        foreach (var some in Enumerable.Range(0, CustomerBucket.Count).Where(bucket => _ids[bucket].Count > 0).Chunk(BucketsAtOnce))
        {
            foreach (var (erased, unknown) in await Task.WhenAll(some.Select(bucket => AddAsync($"{list}/{bucket}", _ids[bucket]))))
            {
                answer.ErasedCustomers += erased;
                answer.UnknownCustomers += unknown.Count;
                answer.UnknownCustomerIds.AddRange(unknown.Some.Take(MaximumNamed - answer.UnknownCustomerIds.Count));
            }
        }

        if (answer.ErasedCustomers == _listed)
        {
            check.Add("customer_ids", FieldReasons.NotAllowed, "are all of customers who were erased; a list has somebody who was not");
            check.ThrowIfAny();
        }

        _audience.Expression = "true";
        var saved = AudienceMap.ToSaved(_audience, caller.Name, clock) with { Expression = "", List = list, Listed = _listed - answer.ErasedCustomers };
        answer.ListedBefore = (await book.Find(saved.Id))?.Listed ?? 0;
        saved = await book.Save(saved, _etag) ?? throw AudienceQuestions.Stale();
        answer.Audience = AudienceMap.ToAudience(saved);
        var applied = await ApplyAsync(saved, cancellation);
        (answer.AppliedSilos, answer.AllSilos) = (applied.AppliedSilos, applied.AllSilos);
        return answer;
    }

    private async Task<AppliedCount> ApplyAsync(SavedAudience saved, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        while (true)
        {
            var left = MaxApplying - clock.GetElapsedTime(begun);
            try
            {
                var asked = left < TimeSpan.Zero ? TimeSpan.Zero : left < MaxAsked ? left : MaxAsked;
                var applied = await grains.GetGrain<IAudienceBroadcastGrain>(IAudienceBroadcastGrain.Key)
                    .Apply(saved.Id, saved.Version, asked)
                    .AsTask()
                    .WaitAsync(cancellation);
                if (applied.AppliedSilos == applied.AllSilos || left <= MaxAsked)
                {
                    return applied;
                }
            }
            catch (Exception fault) when (fault is OrleansException or TimeoutException && left > MaxAsked)
            {
                // The board moves to another silo.
                await Task.Delay(PauseAfterFault, clock, cancellation);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => room.Leave(_held);

    private bool Add(string id)
    {
        var bytes = Encoding.UTF8.GetBytes(id);
        var hash = CustomerBucket.Hash(bytes);
        if (!_ids[CustomerBucket.ForHash(hash)].Add(bytes, hash))
        {
            return false;
        }

        var taken = room.TryTake(bytes.Length);
        if (taken == 0)
        {
            throw ApiError.Fail(
                ErrorReasons.TooManyCalls, "Other lists that come in take all the room there is. Send this one again after the pause.",
                ("call_class", "list"));
        }

        _held += taken;
        _listed++;
        return true;
    }

    // The list is new: what is not on it then was left out.
    private async Task<(int Erased, UnknownCustomers Unknown)> AddAsync(string part, ListedIds ids)
    {
        var list = grains.GetGrain<IAudienceListGrain>(part);
        var kept = await list.Add([.. ids.All()]);
        return (ids.Count - kept, await list.FindUnknown(MaximumNamed));
    }
}
