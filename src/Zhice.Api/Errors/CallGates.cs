using System.Collections.Frozen;
using Zhice.Api.Events;
using Zhice.Api.Hosting;

namespace Zhice.Api.Errors;

/// <summary>Counts the calls of a class that are under way, and lets no more in than it may hold.</summary>
/// <param name="callClass">The class.</param>
/// <param name="most">How many it may hold.</param>
/// <param name="makeRoom">Ends one of them for one that comes; false when none can go.</param>
internal sealed class CallGate(string callClass, int most, Func<bool>? makeRoom = null)
{
    private int _inFlight;

    public string CallClass => callClass;

    public int Most => most;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether fewer than a quarter of the places are left.</summary>
    public bool IsNearlyFull => InFlight > most - Math.Max(1, most / 4);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inFlight) <= most || makeRoom?.Invoke() == true)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);
}

/// <summary>
/// The gate of every method: in front of the work, so that overload is refused before it costs. Recommendations are
/// shed last: when their own gate is nearly full, no other call comes in.
/// </summary>
internal sealed class CallGates
{
    private readonly CallGate _recommend;
    private readonly FrozenDictionary<string, CallGate> _byMethod;

    public CallGates(ApiOptions options, SilentStreams streams)
    {
        _recommend = new("recommend", options.MaxConcurrentRecommends);
        var write = new CallGate("write", options.MaxConcurrentWrites);
        var read = new CallGate("read", options.MaxConcurrentReads);

        // Each kind of stream has places of its own: those that are silent for long keep none from the others.
        var stream = new CallGate("stream", options.MaxConcurrentStreams, streams.TryEndOne);
        var subscribe = new CallGate("subscribe", options.MaxConcurrentStreams);
        var watch = new CallGate("watch", options.MaxConcurrentStreams);
        var bulk = new CallGate("bulk", options.MaxConcurrentBulkCalls);
        _byMethod = new Dictionary<string, CallGate>
        {
            ["/zhice.v1.RecommendationService/Recommend"] = _recommend,
            ["/zhice.v1.RecommendationService/GetDecision"] = read,
            ["/zhice.v1.RecommendationService/ReplayDecision"] = read,
            ["/zhice.v1.EventService/RecordEvents"] = write,
            ["/zhice.v1.EventService/StreamEvents"] = stream,
            ["/zhice.v1.CustomerService/GetCustomer"] = read,
            ["/zhice.v1.CustomerService/UpdateTags"] = write,
            ["/zhice.v1.CustomerService/UpdateConsent"] = write,
            ["/zhice.v1.CustomerService/ListCustomerContacts"] = read,
            ["/zhice.v1.StopService/SetStop"] = write,
            ["/zhice.v1.StopService/LiftStop"] = write,
            ["/zhice.v1.StopService/ListStops"] = read,
            ["/zhice.v1.HandOffService/HoldAction"] = write,
            ["/zhice.v1.HandOffService/HandOff"] = write,
            ["/zhice.v1.HandOffService/EndHold"] = write,
            ["/zhice.v1.JourneyService/ApplyJourney"] = write,
            ["/zhice.v1.JourneyService/ListJourneys"] = read,
            ["/zhice.v1.JourneyService/GetJourneyReport"] = read,
            ["/zhice.v1.JourneyService/GetCustomerJourneys"] = read,
            ["/zhice.v1.JourneyService/ChangeCustomerJourney"] = write,
            ["/zhice.v1.JourneyService/ChangeAudienceJourney"] = write,
            ["/zhice.v1.JourneyService/ListJourneyChanges"] = read,
            ["/zhice.v1.JourneyService/SimulateJourneys"] = bulk,
            ["/zhice.v1.CatalogService/GetCatalog"] = read,
            ["/zhice.v1.CatalogService/ApplyCatalog"] = write,
            ["/zhice.v1.CatalogService/ListCatalogVersions"] = read,
            ["/zhice.v1.CatalogService/RollbackCatalog"] = write,
            ["/zhice.v1.CatalogService/ProposeCatalogChange"] = write,
            ["/zhice.v1.CatalogService/ListCatalogChanges"] = read,
            ["/zhice.v1.CatalogService/GetCatalogChange"] = read,
            ["/zhice.v1.CatalogService/ApproveCatalogChange"] = write,
            ["/zhice.v1.CatalogService/RejectCatalogChange"] = write,
            ["/zhice.v1.CatalogService/WithdrawCatalogChange"] = write,
            ["/zhice.v1.CatalogService/ListStock"] = read,
            ["/zhice.v1.LearningService/ListModels"] = read,
            ["/zhice.v1.LearningService/FreezeModel"] = write,
            ["/zhice.v1.LearningService/UnfreezeModel"] = write,
            ["/zhice.v1.LearningService/StartChallenger"] = write,
            ["/zhice.v1.LearningService/PromoteChallenger"] = write,
            ["/zhice.v1.BulkService/GetUpload"] = bulk,
            ["/zhice.v1.BulkService/UploadFile"] = bulk,
            ["/zhice.v1.BulkService/Import"] = bulk,
            ["/zhice.v1.BulkService/Export"] = bulk,
            ["/zhice.v1.BulkService/DownloadFile"] = bulk,
            ["/zhice.v1.SimulationService/Simulate"] = bulk,
            ["/zhice.v1.AudienceService/CountAudience"] = read,
            ["/zhice.v1.AudienceService/PreviewAudience"] = read,
            ["/zhice.v1.AudienceService/BreakDownAudience"] = read,
            ["/zhice.v1.AudienceService/OverlapAudiences"] = read,
            ["/zhice.v1.AudienceService/StreamMembers"] = bulk,
            ["/zhice.v1.AudienceService/SaveAudience"] = write,
            ["/zhice.v1.AudienceService/GetAudience"] = read,
            ["/zhice.v1.AudienceService/ListAudiences"] = read,
            ["/zhice.v1.AudienceService/DeleteAudience"] = write,
            ["/zhice.v1.AudienceService/UploadAudience"] = bulk,
            ["/zhice.v1.CampaignService/SaveCampaign"] = write,
            ["/zhice.v1.CampaignService/GetCampaign"] = read,
            ["/zhice.v1.CampaignService/ListCampaigns"] = read,
            ["/zhice.v1.CampaignService/ApproveCampaign"] = write,
            ["/zhice.v1.CampaignService/ScheduleCampaign"] = write,
            ["/zhice.v1.CampaignService/PauseCampaign"] = write,
            ["/zhice.v1.CampaignService/ResumeCampaign"] = write,
            ["/zhice.v1.CampaignService/CancelCampaign"] = write,
            ["/zhice.v1.CampaignService/RecallCampaign"] = write,
            ["/zhice.v1.CampaignService/WatchCampaign"] = watch,
            ["/zhice.v1.CampaignService/RehearseCampaign"] = bulk,
            ["/zhice.v1.DeliveryService/Subscribe"] = subscribe,
            ["/zhice.v1.DeliveryService/ListWaitingContacts"] = read,
            ["/zhice.v1.DeliveryService/ListDeadLetters"] = read,
            ["/zhice.v1.DeliveryService/ResendDeadLetters"] = write,
            ["/zhice.v1.DeliveryService/ListDeliveryCounts"] = read,
            ["/google.longrunning.Operations/ListOperations"] = read,
            ["/google.longrunning.Operations/GetOperation"] = read,
            ["/google.longrunning.Operations/WaitOperation"] = watch,
            ["/google.longrunning.Operations/CancelOperation"] = write,
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The gate of a method; null for health and reflection, which are always let in.</summary>
    public CallGate? Of(string method) => _byMethod.GetValueOrDefault(method);

    /// <summary>Lets a call in, or says that it must be shed.</summary>
    public bool TryEnter(CallGate gate) => (gate == _recommend || !_recommend.IsNearlyFull) && gate.TryEnter();
}
