using Zhice.Contracts.Catalogs;
using Zhice.Domain.Audit;
using Zhice.Grains.Audit;
using Zhice.Storage.Audit;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Measurement;

/// <summary>
/// What the audit keeps of arms that the system promotes: that it begins to, before it does, and that it did. A silo may be killed between the
/// two, so what is missing of versions that are kept is recorded later.
/// </summary>
internal sealed class PromotionAudit(AuditWriter writer, IStores stores) : IDisposable
{
    /// <summary>Who promotes.</summary>
    public const string Actor = "system";

    private const string Method = "zhice.v1.CatalogService/ApplyCatalog";
    private const string Target = "catalog";
    private const int Looked = 100;

    // Versions that are known to be in the audit, under the gate.
    private readonly HashSet<long> _recorded = [];
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Records that a change is about to be made; ends once it is durable.</summary>
    /// <exception cref="Domain.Faults.StoreUnavailableException">It is not recorded, so nothing is to be changed.</exception>
    public Task BeginAsync(CatalogChange change) =>
        writer.RecordAsync(Create(AuditStage.Begun, change.RequestId, change.Comment, "", "").Clean());

    /// <summary>Records that a change was refused.</summary>
    public Task EndAsync(CatalogChange change, CatalogOutcome outcome) =>
        writer.TryRecordAsync(Create(AuditStage.Done, change.RequestId, change.Comment, "", outcome.ToString()));

    /// <summary>Records versions that the system made, each once.</summary>
    public async Task RecordMissingAsync(IEnumerable<CatalogVersionRecord> made)
    {
        await _gate.WaitAsync();
        try
        {
            foreach (var version in made.Where(version => !_recorded.Contains(version.Version)))
            {
                await RecordAsync(version);
                _recorded.Add(version.Version);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task RecordAsync(CatalogVersionRecord version)
    {
        var id = $"{version.Version}";
        var entries = await stores.Audit.ListAsync(
            new() { Actor = Actor, Method = Method, TargetKind = Target, TargetId = id }, long.MaxValue, Looked);
        if (!entries.Select(static link => AuditEntryCodec.Read(link.Content)).Any(
            entry => entry.Stage == AuditStage.Done && entry.RequestId == version.RequestId))
        {
            await writer.RecordAsync(Create(AuditStage.Done, version.RequestId, version.Comment, id, "OK").Clean());
        }
    }

    private static AuditEntry Create(AuditStage stage, string requestId, string comment, string id, string outcome) => new()
    {
        Stage = stage, CallId = Guid.NewGuid(), Actor = Actor, Method = Method, TargetKind = Target, TargetId = id, RequestId = requestId,
        Outcome = outcome, Changes = [new("comment", "", comment)],
    };
}
