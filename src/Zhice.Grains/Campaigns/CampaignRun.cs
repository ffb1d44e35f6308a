using Zhice.Contracts.Audiences;
using Zhice.Contracts.Campaigns;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Primitives;

namespace Zhice.Grains.Campaigns;

/// <summary>
/// Drives one run: has the parts of all buckets work, a few at a time and by turns, no faster than the campaign may. What it
/// knows is what the parts keep: begun anew after a crash, it asks them. A part in trouble holds up no other.
/// </summary>
internal sealed class CampaignRun
{
    // A part waits for three commits a page: so many keep the store busy, and at most 8,192 customers under way.
    private const int PartsAtOnce = 32;
    private const int MaxShare = 2_048;

    private static readonly TimeSpan PauseInTrouble = TimeSpan.FromSeconds(1);

    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly CampaignDefinition _definition;
    private readonly AudienceQuestion _question;
    private readonly long _run;
    private readonly long _driver;
    private readonly Part[] _parts = [.. Enumerable.Range(0, CustomerBucket.Count).Select(static bucket => new Part(bucket))];
    private readonly RunPace _pace;
    private readonly Dictionary<Task<PartitionReport>, (Part Part, int Share)> _working = [];
    private int _next;
    private int _unknown = CustomerBucket.Count;

    public CampaignRun(
        IGrainFactory grains, TimeProvider clock, CampaignDefinition definition, AudienceQuestion question, long run, long driver)
    {
        (_grains, _clock, _definition, _question, _run, _driver) = (grains, clock, definition, question, run, driver);
        _pace = new(definition, clock.StopwatchMs());
    }

    /// <summary>Its number.</summary>
    public long Number => _run;

    /// <summary>Who is asked for.</summary>
    public AudienceQuestion Question => _question;

    /// <summary>What became of the customers so far.</summary>
    public RunCounts Counts { get; private set; } = RunCounts.None;

    /// <summary>Contacts a second, over the last seconds.</summary>
    public double Rate { get; private set; }

    /// <summary>Why it waits; empty: it does not.</summary>
    public string WaitingFor { get; private set; } = "";

    /// <summary>Whether all parts have said how far they are; else the counts lack some.</summary>
    public bool IsExact => _unknown == 0;

    /// <summary>Whether all parts have said how far they are, and none has customers picked who may still be contacted.</summary>
    public bool HasNothingUnderWay => IsExact && _working.Count == 0 && _parts.All(static part => part.UnderWay == 0);

    /// <summary>Customers who had no turn as their states cannot be read.</summary>
    public UnreadableCustomers Unreadable => _parts.Aggregate(UnreadableCustomers.None, static (sum, part) => sum.With(part.Unreadable));

    /// <summary>Whether all parts are done.</summary>
    public bool IsDone => _parts.All(static part => part.IsDone);

    /// <summary>Works for about a second.</summary>
    /// <param name="waitsFor">What nobody is contacted before; empty: nothing.</param>
    /// <param name="contactedEarlier">Contacts of the runs before.</param>
    /// <param name="contactedBeforeToday">Contacts before the bank's day began.</param>
    public async Task StepAsync(string waitsFor, long contactedEarlier, long contactedBeforeToday)
    {
        var limit = HandOut(waitsFor, contactedEarlier, contactedBeforeToday);
        if (_working.Count == 0)
        {
            WaitingFor = limit.Length > 0 ? limit : _parts.FirstOrDefault(static part => part.Trouble.Length > 0)?.Trouble ?? "";
            await Task.Delay(TimeSpan.FromMilliseconds(100), _clock);
            return;
        }

        var done = await Task.WhenAny(_working.Keys);
        _working.Remove(done, out var work);
        work.Part.IsWorking = false;
        var contactedBefore = work.Part.Counts.Contacted;
        try
        {
            var report = await done;
            Take(work.Part, report);
            if (report.Trouble.Length > 0)
            {
                Rest(work.Part, report.Trouble, report.PauseMs);
            }
        }
        catch (Exception fault)
        {
            // It may have done all or nothing: its page says so when it is asked next. Until then the share counts as used.
            work.Part.UnderWay = Math.Max(work.Part.UnderWay, work.Share);
            Rest(work.Part, fault.Message);
        }

        // Of a part that is asked for the first time all may be of the last second: what drove it before had it work till then.
        _pace.Use(
            Math.Min(work.Part.Counts.Contacted - contactedBefore, Math.Max(work.Share, _definition.PerSecond)), _clock.StopwatchMs());
        WaitingFor = waitsFor.Length > 0 ? waitsFor : work.Part.Trouble;
        Rate = _pace.Rate(Counts.Contacted, _clock.StopwatchMs());
    }

    /// <summary>Waits until no part works.</summary>
    public async Task RestAsync()
    {
        while (_working.Count > 0)
        {
            var done = await Task.WhenAny(_working.Keys);
            _working.Remove(done, out var work);
            work.Part.IsWorking = false;
            if (done.IsCompletedSuccessfully)
            {
                Take(work.Part, await done);
            }
        }
    }

    /// <summary>Ends the parts of a run that is over, and counts what was under way when it ended.</summary>
    /// <returns>What became of the customers in all.</returns>
    public static async Task<RunCounts> CloseAsync(IGrainFactory grains, string campaignId, long run, long driver, bool givesUp)
    {
        var counts = RunCounts.None;
        foreach (var some in Enumerable.Range(0, CustomerBucket.Count).Chunk(64))
        {
            var reports = await Task.WhenAll(
                some.Select(bucket => PartGrain(grains, campaignId, run, bucket).Close(driver, givesUp).AsTask()));
            counts = reports.Aggregate(counts, static (sum, report) => sum.With(report.Counts));
        }

        return counts;
    }

    /// <summary>Lets the parts forget a run.</summary>
    public static async Task ForgetAsync(IGrainFactory grains, string campaignId, long run)
    {
        foreach (var some in Enumerable.Range(0, CustomerBucket.Count).Chunk(64))
        {
            await Task.WhenAll(some.Select(bucket => PartGrain(grains, campaignId, run, bucket).Forget().AsTask()));
        }
    }

    // Gives parts work, as many as may work at once. Says what limits it; empty: nothing.
    private string HandOut(string waitsFor, long contactedEarlier, long contactedBeforeToday)
    {
        var limit = waitsFor;
        var mayWork = waitsFor.Length == 0 && !IsStarting();
        var handedOut = _working.Values.Sum(static work => (long)work.Share)
            + _parts.Sum(static part => part.IsWorking ? 0L : part.UnderWay);
        var mayHandOut = !_pace.HasTotal || IsExact;
        for (var asked = 0; asked < _parts.Length && _working.Count < PartsAtOnce; asked++)
        {
            var part = _parts[_next];
            _next = (_next + 1) % _parts.Length;
            if (part.IsDone || part.IsWorking || part.RestsUntilMs > _clock.StopwatchMs())
            {
                continue;
            }

            if (!part.IsKnown)
            {
                // From then on it takes no orders of an earlier driver.
                part.IsWorking = true;
                _working.Add(PartGrain(part).Look(_driver).AsTask(), (part, 0));
                continue;
            }

            if (!mayWork)
            {
                continue;
            }

            if (!mayHandOut)
            {
                limit = "some parts of the run do not say how many they contacted, and it has a limit in all";
                continue;
            }

            var left = _pace.Left(contactedEarlier + Counts.Contacted, contactedBeforeToday, handedOut, _clock.StopwatchMs(), out limit);
            handedOut += Order(part, left);
        }

        return limit;
    }

    // How many customers the part is given.
    private int Order(Part part, long left)
    {
        // A part that has a page under way needs no share to end it.
        var share = (int)Math.Min(left, Math.Min(MaxShare, _pace.MaxShare));
        if (share > 0 || part.UnderWay > 0)
        {
            part.IsWorking = true;
            _working.Add(
                PartGrain(part).Work(new(_definition.Order, _run, part.Bucket, _question, _driver, share)).AsTask(),
                (part, share + part.UnderWay));
        }

        return share;
    }

    private void Take(Part part, PartitionReport report)
    {
        Counts = Counts.Without(part.Counts).With(report.Counts);
        _unknown -= part.IsKnown ? 0 : 1;
        part.Take(report);
    }

    // With a limit a second, nothing is handed out while parts may work for another driver still, nor in the second after.
    private bool IsStarting() =>
        _pace.IsThrottled
            && (_pace.IsStarting(_clock.StopwatchMs()) || !_parts.All(static part => part.IsKnown || part.Trouble.Length > 0));

    private void Rest(Part part, string trouble, long pauseMs = 0) =>
        (part.Trouble, part.RestsUntilMs) = (trouble, _clock.StopwatchMs() + Math.Max(pauseMs, (long)PauseInTrouble.TotalMilliseconds));

    private ICampaignPartitionGrain PartGrain(Part part) => PartGrain(_grains, _definition.Order.CampaignId, _run, part.Bucket);

    private static ICampaignPartitionGrain PartGrain(IGrainFactory grains, string campaignId, long run, int bucket) =>
        grains.GetGrain<ICampaignPartitionGrain>($"{campaignId}/{run}/{bucket}");

    private sealed class Part(int bucket)
    {
        public int Bucket => bucket;

        public RunCounts Counts { get; private set; } = RunCounts.None;

        public bool IsDone { get; private set; }

        // Whether it has said how far it is.
        public bool IsKnown { get; private set; }

        public bool IsWorking { get; set; }

        public int UnderWay { get; set; }

        public string Trouble { get; set; } = "";

        public long RestsUntilMs { get; set; }

        public UnreadableCustomers Unreadable { get; private set; } = UnreadableCustomers.None;

        public void Take(PartitionReport report)
        {
            (Counts, IsDone, UnderWay, Trouble, IsKnown) = (report.Counts, report.IsDone, report.UnderWay, report.Trouble, true);
            Unreadable = report.Unreadable ?? Unreadable;
        }
    }
}
