using System.Globalization;
using Zhice.SystemTests.Deliveries;

namespace Zhice.SystemTests.Faults.Consents;

/// <summary>Holds what gateways got, and what campaigns say of each customer, against what was forbidden when.</summary>
internal sealed class ConsentVerdict
{
    // By how much the time of an evaluation, which another process notes, may differ from the words' own.
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(1);

    // A campaign notes an evaluation when the customer's answer reaches it, which takes a while on a busy machine.
    private static readonly TimeSpan Answering = TimeSpan.FromSeconds(10);

    // A silo notes the lease by its own reading of the database's clock, which is up to 100 ms and half an answer off.
    private static readonly TimeSpan ClockError = TimeSpan.FromMilliseconds(250);

    private readonly ConsentCampaigns _campaigns;
    private readonly ConsentLog _log;
    private readonly Dictionary<string, Dictionary<string, CampaignEvaluation>> _evaluations = [];
    private readonly HashSet<string> _settled;
    private readonly List<string> _figures = [];

    private ConsentVerdict(ConsentCampaigns campaigns)
    {
        (_campaigns, _log) = (campaigns, campaigns.Log);
        _settled = campaigns.Gateways.SelectMany(static gateway => gateway.Settled)
            .Select(static settled => settled.ContactId)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Contacts that were leased though they were forbidden.</summary>
    public List<string> AgainstAWord { get; } = [];

    /// <summary>Customers who were blocked, or whose contact was void, though nothing was said against it.</summary>
    public List<string> WronglyRefused { get; } = [];

    /// <summary>Customers with more contacts than the cap allows.</summary>
    public List<string> Exceeded { get; } = [];

    /// <summary>Customers without a turn, and figures that do not add up.</summary>
    public List<string> Lost { get; } = [];

    /// <summary>Contacts that came after they were settled, and customers who got two of one campaign.</summary>
    public List<string> Doubled { get; } = [];

    /// <summary>Judges all, once nothing waits any more.</summary>
    public static async Task<ConsentVerdict> OfAsync(ConsentCampaigns campaigns)
    {
        var verdict = new ConsentVerdict(campaigns);
        foreach (var gateway in campaigns.Gateways)
        {
            verdict.JudgeStream(gateway);
        }

        foreach (var id in ConsentCampaigns.Channels.Keys)
        {
            verdict._evaluations[id] = await campaigns.EvaluationsAsync(id);
        }

        foreach (var id in ConsentCampaigns.Channels.Keys)
        {
            verdict.JudgeCustomers(id);
            verdict.JudgeFigures(id, await campaigns.StatusAsync(id));
        }

        verdict.JudgeCaps();
        var above = await campaigns.CountAsync($"contacts.used('two_a_week') > {ConsentCampaigns.Cap}");
        verdict.Exceeded.AddRange(Enumerable.Repeat("counted by the index", (int)above));
        return verdict;
    }

    public void Print(ITestOutputHelper output)
    {
        output.WriteLine($"words: {string.Join(", ", _log.Counts.Select(static pair => $"{pair.Kind} {pair.Count:N0}"))}");
        _figures.ForEach(output.WriteLine);
        foreach (var (name, all) in new[] { ("against a word", AgainstAWord), ("wrongly refused", WronglyRefused), ("exceeded", Exceeded), ("lost", Lost), ("doubled", Doubled) })
        {
            all.Take(5).ToList().ForEach(one => output.WriteLine($"  {name}: {one}"));
        }

        output.WriteLine($"contacts: {Lost.Count} lost, {Doubled.Count} doubled");
        output.WriteLine(
            $"{Exceeded.Count} exceeded, {WronglyRefused.Count} wrongly refused, {AgainstAWord.Count} handed over against a word");
    }

    public void AssertClean() =>
        Assert.Equal((0, 0, 0, 0, 0), (Exceeded.Count, WronglyRefused.Count, AgainstAWord.Count, Lost.Count, Doubled.Count));

    private void JudgeStream(HandOverStream gateway)
    {
        var settledAt = gateway.Settled.GroupBy(static settled => settled.ContactId, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.ToList(), StringComparer.Ordinal);
        foreach (var leased in gateway.Leased)
        {
            AgainstAWord.AddRange(Forbidding(gateway.ChannelId, leased).Select(word => $"{leased.CampaignId} to {leased.CustomerId} of {leased.CreatedAt:mm:ss} leased {leased.LeasedAt:mm:ss.fff} came {leased.CameAt:mm:ss.fff}: {word}"));
            if (settledAt.TryGetValue(leased.ContactId, out var settled) && leased.LeasedAt - ClockError > settled[0].At)
            {
                Doubled.Add($"{leased} came after it was settled at {settled[0].At:O}");
            }
        }

        Doubled.AddRange(
            settledAt.Where(static pair => pair.Value.Count > 1).Select(static pair => $"{pair.Key} was settled {pair.Value.Count} times"));
        Doubled.AddRange(gateway.Leased.GroupBy(static leased => (leased.CampaignId, leased.CustomerId))
            .Where(static group => group.Select(static leased => leased.ContactId).Distinct().Count() > 1)
                .Select(static group => $"{group.Key} has several contacts"));
    }

    private IEnumerable<string> Forbidding(string channel, HandedOver contact)
    {
        string[] abouts =
        [
            $"consent-{channel}/{contact.CustomerId}", $"consent-/{contact.CustomerId}", $"pause/{contact.CampaignId}",
            $"cancel/{contact.CampaignId}",
            ConsentCampaigns.AboutStop(StopKind.Channel, channel), ConsentCampaigns.AboutStop(StopKind.Marketing, ""),
            ConsentCampaigns.AboutStop(StopKind.Action, "deposit"),
            ConsentCampaigns.AboutStop(StopKind.Campaign, contact.CampaignId),
        ];
        foreach (var about in abouts)
        {
            if (_log.Forbids(about, contact.LeasedAt - ClockError, contact.CameAt))
            {
                yield return $"{about}, {_log.Around(about, contact.LeasedAt)}";
            }
        }

        if (_log.ForbiddenAt($"recall/{contact.CampaignId}").Any(recall =>
            contact.CreatedAt < recall.BegunAt && contact.LeasedAt - ClockError > recall.EndedAt))
        {
            yield return $"recall/{contact.CampaignId}";
        }

        if (channel == "push" && contact.LeasedAt - ClockError >= _campaigns.QuietHours.From && contact.LeasedAt + ClockError < _campaigns.QuietHours.Until)
        {
            yield return "quiet hours";
        }
    }

    private void JudgeCustomers(string campaignId)
    {
        var gateway = _campaigns.Gateways.Single(each => each.ChannelId == ConsentCampaigns.Channels[campaignId]);
        var got = gateway.Leased.Where(leased => leased.CampaignId == campaignId)
            .Select(static leased => leased.CustomerId)
            .ToHashSet(StringComparer.Ordinal);
        var (isCancelled, end) = (_log.ForbiddenAt($"cancel/{campaignId}").Any(), ConsentLog.Now);
        for (var n = 0; n < _campaigns.Customers.Count; n++)
        {
            var customer = _campaigns.Customers[n];
            if (!ConsentCampaigns.Asks(campaignId, n))
            {
                continue;
            }

            if (!_evaluations[campaignId].TryGetValue(customer, out var evaluation))
            {
                if (!isCancelled)
                {
                    Lost.Add($"{campaignId} asked {customer} nothing");
                }

                continue;
            }

            var at = evaluation.Time.ToDateTimeOffset();
            var mayGo = evaluation.Outcome switch
            {
                // A page that a killed silo left is asked again and notes the later time: so the time says nothing of a recall.
                EvaluationOutcome.Contacted =>
                    got.Contains(customer) || isCancelled || MayRefuse(gateway.ChannelId, customer, at - Near, end)
                    || _log.ForbiddenAt($"recall/{campaignId}").Any(),
                EvaluationOutcome.Blocked when evaluation.Reason.Code == ReasonCode.Consent =>
                    MayRefuse(gateway.ChannelId, customer, at - Near - Answering, at + Near),
                EvaluationOutcome.Blocked when evaluation.Reason.Code == ReasonCode.CapReached =>
                    _evaluations.Count(
                        other =>
                            other.Key != campaignId && other.Value.TryGetValue(customer, out var its)
                                && its.Outcome == EvaluationOutcome.Contacted) >= ConsentCampaigns.Cap,
                _ => false,
            };
            if (!mayGo)
            {
                WronglyRefused.Add($"{campaignId}: {evaluation}");
            }
        }
    }

    private bool MayRefuse(string channel, string customer, DateTimeOffset from, DateTimeOffset to) =>
        _log.MayForbid($"consent-{channel}/{customer}", from, to) || _log.MayForbid($"consent-/{customer}", from, to);

    private void JudgeFigures(string campaignId, CampaignStatus status)
    {
        var run = Assert.Single(status.Runs);
        var ends = ConsentCampaigns.EndsOf(status).ToList();
        var (waiting, sent) = (status.Deliveries.Waiting.Sum(static each => each.Count), ends.Where(static each => each.Outcome == DeliveryOutcome.Sent).Sum(static each => each.Count));
        var leased = _campaigns.Gateways.SelectMany(static gateway => gateway.Leased).Where(leased => leased.CampaignId == campaignId)
            .Select(static leased => leased.ContactId).ToHashSet(StringComparer.Ordinal);
        var settled = leased.Count(_settled.Contains);
        _figures.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{campaignId}: {run.Contacted:N0} contacted = {string.Join(" + ", ends.Select(static each => $"{each.Outcome} {each.Count:N0}"))} + waiting {waiting:N0}; blocked {run.Blocked.Sum(static each => each.Customers):N0}; gateways got {leased.Count:N0}"));
        if (run.Contacted != ends.Sum(static each => each.Count) + waiting)
        {
            Lost.Add($"{campaignId} contacted {run.Contacted}, and their ends are others: {status.Deliveries}");
        }

        var contacted = _evaluations[campaignId].Values.Count(static evaluation => evaluation.Outcome == EvaluationOutcome.Contacted);
        if (run.Contacted != contacted || sent < settled || sent > leased.Count)
        {
            Lost.Add($"{campaignId} contacted {run.Contacted} and recorded {contacted}; sent {sent}, of which {settled} to {leased.Count} were got");
        }
    }

    private void JudgeCaps() => Exceeded.AddRange(_campaigns.Gateways.SelectMany(static gateway => gateway.Leased)
        .Where(leased => _settled.Contains(leased.ContactId)).DistinctBy(static leased => leased.ContactId)
        .GroupBy(static leased => leased.CustomerId, StringComparer.Ordinal).Where(static group => group.Count() > ConsentCampaigns.Cap)
        .Select(static group => $"{group.Key} got {group.Count()}"));
}
