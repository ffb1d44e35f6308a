using System.Text;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;
using Zhice.Storage.States;

namespace Zhice.Storage.Memory.Erasures;

/// <summary>Erasures in memory.</summary>
internal sealed class MemoryErasures(Lock gate, ErasedIds erased, MemoryPlaces places) : IErasureStore
{
    private const long DayMs = 86_400_000;

    private readonly List<ErasureRequest> _requests = [];
    private readonly Dictionary<(string IdHash, string RequestId, string Place), long> _counts = [];
    private readonly List<MemoryEvidence> _evidence = [];

    /// <summary>What is kept as proof, for tests.</summary>
    internal IReadOnlyList<MemoryEvidence> Evidence => _evidence;

    public Task<ErasureRequest> BeginAsync(string customerId, ErasureRequest request) => Do(() =>
    {
        var hash = erased.Compute(Encoding.UTF8.GetBytes(customerId));
        erased.Add(hash);
        if (_requests.Find(known => known.IdHash.SequenceEqual(hash) && known.RequestId == request.RequestId) is not { } there)
        {
            _requests.Add(there = request with { IdHash = hash, Number = _requests.Count + 1, CustomerId = customerId });
        }

        return there;
    });

    public Task<IReadOnlyList<string>> ListContactsAsync(string customerId) =>
        Do(() => places.Outbox.ContactsOf(CustomerKey.Create(customerId)));

    public Task RemoveStateAsync(string customerId, ErasureRequest request) => Do(() =>
    {
        var key = CustomerKey.Create(customerId);
        if (places.States.Find(key) is not null)
        {
            places.States.Clear(key);
            Count(request, "grain_state", 1);
        }

        return true;
    });

    public Task RemoveRowsAsync(string customerId, ErasureRequest request, EvidenceRules rules) => Do(() =>
    {
        var key = CustomerKey.Create(customerId);
        var (hash, ledger, words) =
            (Convert.ToHexString(request.IdHash.AsSpan()), places.Effects.RemoveCounted(key), places.Consents.Remove(key));
        if (rules.ContactDays > 0)
        {
            _evidence.AddRange(ledger.CountBy(static atMs => atMs / DayMs)
                .Select(day => new MemoryEvidence(hash, null, day.Value, request.BegunAtMs + (rules.ContactDays * DayMs))));
        }

        if (rules.ConsentDays > 0)
        {
            _evidence.AddRange(words.Select(word => new MemoryEvidence(
                hash, word with { EvidenceId = "", Actor = "" }, 1, request.BegunAtMs + (rules.ConsentDays * DayMs))));
        }

        Count(request, "contact_ledger", ledger.Count);
        Count(request, "consent_word", words.Count);
        Count(request, "outbox", places.Outbox.Remove(key));
        Count(request, "dead_letter", places.Outbox.RemoveDead(key));
        Count(request, "customer_timer", places.Journeys.Remove(key));
        Count(request, "given_answer", places.Answers.Remove(key));
        Count(request, "fact", places.Facts.Remove(customerId));
        Count(request, "decision_log", places.Decisions.Remove(customerId));
        return true;
    });

    public Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadRowsAsync(
        string customerId, string table) => Do<IReadOnlyList<IReadOnlyDictionary<string, object?>>>(() =>
    {
        var key = CustomerKey.Create(customerId);
        return
        [
            .. CustomerPlaces.CheckRows(table) switch
            {
                "contact_ledger" =>
                    places.Effects.ListCounted(key).Select(static each =>
                        Row(("contact_id", each.ContactId), ("counted_at_ms", each.AtMs))),
                "outbox" => places.Outbox.List(key).Select(Row),
                "dead_letter" => places.Outbox.ListDead(key).Select(Row),
                "customer_timer" =>
                    places.Journeys.List(key).Select(static timer => Row(("step", timer.Step), ("due_at_ms", timer.DueAtMs))),
                "consent_word" => places.Consents.List(key).Select(static word => Row(
                    ("said_at_ms", word.AtMs), ("channel", (int)word.Channel), ("purpose", (int)word.Purpose),
                    ("is_granted", word.IsGranted), ("source", (int)word.Source),
                    ("evidence", word.EvidenceId), ("actor", word.Actor), ("recorded_at_ms", word.RecordedAtMs))),
                "given_answer" =>
                    places.Answers.List(key).Select(static answer =>
                        Row(("answered_at_ms", answer.AtMs), ("version", answer.Version), ("answer", answer.Answer))),
                "fact" => places.Facts.ListOf(customerId).Select(static fact => Row(
                    ("at_ms", fact.AtMs), ("kind", (int)fact.Kind), ("code", fact.Code), ("day", fact.Day), ("amount", fact.AmountFen),
                    ("key", fact.Key), ("about", fact.About))),
                _ =>
                    places.Decisions.List(customerId).Select(static decision =>
                        Row(("decision_id", decision.Id), ("record", decision.Record))),
            },
        ];
    });

    private static Dictionary<string, object?> Row(params (string Column, object? Value)[] columns) =>
        columns.ToDictionary(static each => each.Column, static each => each.Value);

    private static Dictionary<string, object?> Row(Outbox.MemoryOutboxRow row) => Row(
        ("contact_id", row.ContactId), ("channel", row.ChannelId), ("campaign", row.CampaignId), ("available_at_ms", row.AvailableAtMs),
        ("expires_at_ms", row.ExpiresAtMs),
        ("attempts", row.Attempts), ("message", row.Message));

    public Task AddCountAsync(ErasureRequest request, string place, long rows) => Do(() =>
    {
        Count(request, place, rows);
        return true;
    });

    public Task<IReadOnlyList<ErasedRows>> ListCountsAsync(ErasureRequest request) => Do<IReadOnlyList<ErasedRows>>(() =>
    [
        .. _counts.Where(count =>
            (count.Key.IdHash, count.Key.RequestId) == (Convert.ToHexString(request.IdHash.AsSpan()), request.RequestId))
            .Select(static count => new ErasedRows(count.Key.Place, count.Value))
                .OrderBy(static rows => rows.Place, StringComparer.Ordinal),
    ]);

    public Task<IReadOnlyList<string>> ListGrainsAsync(string grainType, string end) => Do<IReadOnlyList<string>>(() =>
        [.. places.States.ListKeys(grainType).Select(Encoding.UTF8.GetString).Where(key => key.EndsWith(end, StringComparison.Ordinal))]);

    public Task<IReadOnlyList<EvaluationRow>> ListPagesAsync(short shard, EvaluationRow? after, int limit) =>
        Task.FromResult(places.Evaluations.List(shard, after, limit));

    public Task EndAsync(ErasureRequest request, byte[] certificate, long endedAtMs) => Do(() =>
    {
        var at = _requests.FindIndex(known => known.IdHash.SequenceEqual(request.IdHash) && known.RequestId == request.RequestId);
        if (at >= 0 && _requests[at].EndedAtMs is null)
        {
            _requests[at] = _requests[at] with { EndedAtMs = endedAtMs, Certificate = [.. certificate], CustomerId = null };
        }

        return true;
    });

    public Task<IReadOnlyList<ErasureRequest>> ListAsync(long? before, int limit) => Do<IReadOnlyList<ErasureRequest>>(() =>
        [.. _requests.Where(
            request => before is null || request.Number < before).OrderByDescending(static request => request.Number).Take(limit)]);

    public Task<IReadOnlyList<ErasureRequest>> ListOpenAsync(int limit) => Do<IReadOnlyList<ErasureRequest>>(() =>
        [.. _requests.Where(static request => request.EndedAtMs is null).Take(limit)]);

    public Task<IReadOnlySet<string>> FindErasedAsync(IReadOnlyList<string> customerIds) => Task.FromResult(erased.Of(customerIds));

    public Task<bool> LiftAsync(string customerId) => Task.FromResult(erased.Remove(erased.Compute(Encoding.UTF8.GetBytes(customerId))));

    public Task<Tombstones> ListTombstonesAsync() => Task.FromResult(erased.All());

    public Task<bool> AddTombstonesAsync(Tombstones tombstones, long nowMs) => Task.FromResult(erased.TryAdd(tombstones));

    public Task<IReadOnlyList<string>> FindPresentAsync(int limit) => Do<IReadOnlyList<string>>(() =>
    [
        .. Enumerable.Range(0, Domain.Primitives.CustomerBucket.Count)
            .SelectMany(bucket => places.States.InBucket(bucket, CustomerKey.GrainType, CustomerKey.StateName))
                .Select(static state => Encoding.UTF8.GetString(state.Key.Key))
            .Concat(places.Consents.Customers.Select(static customer => Encoding.UTF8.GetString(customer.Key)))
                .Concat(places.Decisions.Customers)
            .Distinct().Where(id => erased.Has(Encoding.UTF8.GetBytes(id))).Take(limit),
    ]);

    private void Count(ErasureRequest request, string place, long rows)
    {
        if (rows > 0)
        {
            var key = (Convert.ToHexString(request.IdHash.AsSpan()), request.RequestId, place);
            _counts[key] = _counts.GetValueOrDefault(key) + rows;
        }
    }

    private Task<T> Do<T>(Func<T> work)
    {
        lock (gate)
        {
            return Task.FromResult(work());
        }
    }
}
