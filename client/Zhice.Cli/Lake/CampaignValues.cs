using System.Runtime.InteropServices;
using Zhice.Cli.Reports;
using Zhice.Cli.Running;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Values;
using Zhice.Files.Tables;

namespace Zhice.Cli.Lake;

/// <summary>What became of the customers of a campaign in the days after it reached them or held them out, by a lake.</summary>
/// <param name="options">What is asked for.</param>
internal sealed class CampaignValues(ValueOptions options)
{
    private const long DayMs = 86_400_000;
    private const int FenAPoint = 100;

    private static readonly string[] s_entries = ["kind", "customer_id", "time", "campaign_id", "arm_id", "tier", "date"];
    private static readonly string[] s_news = ["kind", "customer_id", "time", "event_type_id", "reason", "amount_fen"];

    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private long _lastMs;

    /// <summary>Customers whose days are not all over yet, and who do not count.</summary>
    public long TooRecent => _members.Values.LongCount(member => !IsOver(member));

    /// <summary>Answers that are no whole number from 0 to 10, and do not count.</summary>
    public long NoScores { get; private set; }

    /// <summary>Whether the lake has events of customers that count as activity.</summary>
    public bool HasEvents { get; private set; }

    /// <summary>Whether a customer is of the campaign.</summary>
    public bool Has(string customerId) => _members.ContainsKey(customerId);

    /// <summary>Reads the lake.</summary>
    /// <exception cref="FailureException">It has nobody of the campaign.</exception>
    public void Read(LakeFacts lake, CancellationToken cancellation)
    {
        lake.ForEach(s_entries, (table, at) =>
        {
            var kind = table.Text(at[0]);
            var atMs = LakeFacts.Instant(table, at[2]);
            _lastMs = Math.Max(_lastMs, atMs);
            var (isContacted, isHeldOut) = (kind.SequenceEqual("CONTACTED"u8), kind.SequenceEqual("HELD_OUT"u8));
            if ((isContacted || isHeldOut) && LakeFacts.Text(table, at[3]) == options.Campaign)
            {
                Enter(LakeFacts.Text(table, at[1]), atMs, isHeldOut, GetKey(table, at));
            }
        }, cancellation);
        if (_members.Count == 0)
        {
            throw new FailureException($"The lake has no customer of the campaign '{options.Campaign}'.");
        }

        lake.ForEach(s_news, (table, at) =>
        {
            var kind = table.Text(at[0]);
            var (isEvent, isOutcome) = (kind.SequenceEqual("BEHAVED"u8), kind.SequenceEqual("OUTCOME"u8));
            if (!isEvent && !isOutcome)
            {
                return;
            }

            if (isEvent && (options.Event.Length == 0 || LakeFacts.Text(table, at[3]) == options.Event))
            {
                HasEvents = true;
                Find(table, at)?.Days.Add(GetDay(table, at));
            }
            else if (isOutcome)
            {
                Note(table, at, LakeFacts.Text(table, at[4]));
            }
        }, cancellation);
    }

    /// <summary>The customers whose days are over, each with the values of what the report is divided by.</summary>
    /// <param name="now">What the file of the customers says; null where there is none.</param>
    /// <param name="before">What the file from before the campaign says; null where there is none.</param>
    public IEnumerable<(string Key, bool IsHeldOut, ValuedCustomer Customer)> List(ValueFile? now, ValueFile? before) =>
        _members.Where(each => IsOver(each.Value)).Select(each =>
        {
            var (id, member) = each;
            var isRecorded = HasEvents && BehaviorSample.Has(id, options.BehaviorParts);
            var found = now?.Find(id);
            return (member.Key, member.IsHeldOut, new ValuedCustomer(
                isRecorded ? member.Days.Count : null, found?.AumFen, before?.Find(id)?.AumFen,
                options.ChurnOutcome.Length > 0 ? member.IsChurned : found?.IsChurned, member.Score));
        });

    // The first contact or holdout of a customer counts.
    private void Enter(string id, long atMs, bool isHeldOut, string key)
    {
        ref var member = ref CollectionsMarshal.GetValueRefOrAddDefault(_members, id, out var isKnown);
        if (!isKnown || atMs < member!.EnteredMs)
        {
            member = new(atMs, isHeldOut, key);
        }
    }

    private void Note(TableReader table, int[] at, string outcome)
    {
        var isScore = outcome == options.NpsOutcome;
        if ((!isScore && outcome != options.ChurnOutcome) || outcome.Length == 0 || Find(table, at) is not { } member)
        {
            return;
        }

        if (!isScore)
        {
            member.IsChurned = true;
        }
        else if (TableCells.Number(table, at[5], "an amount in fen") is >= 0 and <= ValuedCustomer.MaxScore * FenAPoint and var fen
            && fen % FenAPoint == 0)
        {
            // Facts come in the order in which they were recorded: the last answer counts.
            member.Score = (int)fen / FenAPoint;
        }
        else
        {
            NoScores++;
        }
    }

    // The customer, if this is within the days.
    private Member? Find(TableReader table, int[] at) =>
        _members.TryGetValue(LakeFacts.Text(table, at[1]), out var member) && LakeFacts.Instant(table, at[2]) is var ms
            && ms >= member.EnteredMs && ms - member.EnteredMs < options.Days * DayMs
            ? member
            : null;

    private int GetDay(TableReader table, int[] at) =>
        (int)((LakeFacts.Instant(table, at[2]) - _members[LakeFacts.Text(table, at[1])].EnteredMs) / DayMs);

    private string GetKey(TableReader table, int[] at) => options.By switch
    {
        ValueDimension.Arm => LakeFacts.Text(table, at[4]),
        ValueDimension.Tier => LakeFacts.Text(table, at[5]),
        ValueDimension.Day => table.TryInstant(at[6], out var ms)
            ? FactDays.FromStart(ms).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)
            : throw TableCells.Fault(table, at[6], "a day of the bank", "a date"),
        _ => "",
    };

    private bool IsOver(Member member) => _lastMs - member.EnteredMs >= options.Days * DayMs;

    private sealed record Member(long EnteredMs, bool IsHeldOut, string Key)
    {
        public HashSet<int> Days { get; } = [];

        public bool IsChurned { get; set; }

        public int? Score { get; set; }
    }
}
