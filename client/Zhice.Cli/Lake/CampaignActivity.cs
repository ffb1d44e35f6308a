using System.Runtime.InteropServices;
using Zhice.Cli.Running;
using Zhice.Domain.Experiments;

namespace Zhice.Cli.Lake;

/// <summary>How active the customers of a campaign were after it reached them or held them out, by a lake.</summary>
/// <param name="days">How many days after it count.</param>
/// <param name="behaviorShare">The share of the customers whose events are recorded, 0 to 1.</param>
internal sealed class CampaignActivity(int days, double behaviorShare)
{
    private const long DayMs = 86_400_000;

    private static readonly string[] s_entries = ["kind", "customer_id", "time", "campaign_id"];
    private static readonly string[] s_events = ["kind", "customer_id", "time", "event_type_id"];

    // As FactLog draws them, so that who had no event is counted too.
    private readonly long _salt = Assignment.GetSalt("behavior");
    private readonly int _below = (int)Math.Round(behaviorShare * Assignment.Parts);
    private readonly Dictionary<string, Customer> _customers = new(StringComparer.Ordinal);
    private long _lastMs;

    /// <summary>Customers whose days are not all over yet, and who do not count.</summary>
    public long TooRecent { get; private set; }

    /// <summary>For each customer whose days are over: whether the holdout kept them out, and on how many days they were active.</summary>
    public IEnumerable<(bool IsHeldOut, int ActiveDays)> Customers => _customers.Values
        .Where(each => IsOver(each)).Select(static each => (each.IsHeldOut, each.Days.Count));

    /// <summary>Reads the lake.</summary>
    /// <exception cref="FailureException">It has nobody of the campaign, or no events; the message says what would be right.</exception>
    public void Read(LakeFacts lake, string campaignId, string eventType, CancellationToken cancellation)
    {
        lake.ForEach(s_entries, (table, at) =>
        {
            var kind = table.Text(at[0]);
            _lastMs = Math.Max(_lastMs, LakeFacts.Instant(table, at[2]));
            var (isContacted, isHeldOut) = (kind.SequenceEqual("CONTACTED"u8), kind.SequenceEqual("HELD_OUT"u8));
            if ((isContacted || isHeldOut) && LakeFacts.Text(table, at[3]) == campaignId && LakeFacts.Text(table, at[1]) is var id
                && Assignment.GetPart(_salt, id) < _below)
            {
                Enter(id, LakeFacts.Instant(table, at[2]), isHeldOut);
            }
        }, cancellation);
        if (_customers.Count == 0)
        {
            throw new FailureException($"The lake has no customer of the campaign '{campaignId}' whose events are recorded.");
        }

        var isAny = false;
        lake.ForEach(s_events, (table, at) =>
        {
            if (table.Text(at[0]).SequenceEqual("BEHAVED"u8) && (eventType.Length == 0 || LakeFacts.Text(table, at[3]) == eventType))
            {
                isAny = true;
                Act(LakeFacts.Text(table, at[1]), LakeFacts.Instant(table, at[2]));
            }
        }, cancellation);
        TooRecent = _customers.Values.LongCount(each => !IsOver(each));
        if (!isAny)
        {
            throw new FailureException(
                $"The lake has no events{(eventType.Length > 0 ? $" '{eventType}'" : "")} of customers: silos record them of the share BehaviorSample of the customers, which is 0 by default.");
        }
    }

    // The first contact or holdout of a customer counts.
    private void Enter(string id, long atMs, bool isHeldOut)
    {
        ref var customer = ref CollectionsMarshal.GetValueRefOrAddDefault(_customers, id, out var isKnown);
        if (!isKnown || atMs < customer!.EnteredMs)
        {
            customer = new(atMs, isHeldOut, []);
        }
    }

    private void Act(string id, long atMs)
    {
        if (_customers.TryGetValue(id, out var customer) && atMs >= customer.EnteredMs && (atMs - customer.EnteredMs) / DayMs is var day && day < days)
        {
            customer.Days.Add((int)day);
        }
    }

    private bool IsOver(Customer customer) => _lastMs - customer.EnteredMs >= days * DayMs;

    private sealed record Customer(long EnteredMs, bool IsHeldOut, HashSet<int> Days);
}
