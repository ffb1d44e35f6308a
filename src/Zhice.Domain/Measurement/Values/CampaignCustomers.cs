using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Measurement.Values;

/// <summary>
/// The customers whom a campaign contacted or held out, and what they did in the days after it, in memory: about 100 bytes each.
/// </summary>
/// <param name="days">How many days of 24 hours after the first contact or holdout count, 1 to <see cref="MaxDays"/>.</param>
/// <param name="capacity">How many customers are expected.</param>
public sealed class CampaignCustomers(int days, int capacity)
{
    /// <summary>The most days: a customer has a bit for each.</summary>
    public const int MaxDays = 60;

    private const long DayMs = 86_400_000;
    private const int FenAPoint = 100;
    private const sbyte NoScore = -1;

    // Customers are distinguished by 64 bits of a hash, as in BehaviorLog.
    private readonly Dictionary<ulong, int> _numbers = new(capacity);
    private readonly List<Entry> _customers = new(capacity);

    /// <summary>How many customers.</summary>
    public int Count => _customers.Count;

    /// <summary>Answers that are no whole number from 0 to 10, and do not count.</summary>
    public long NoScores { get; private set; }

    /// <summary>How many events of activity there were, of whomever.</summary>
    public long Events { get; private set; }

    /// <summary>Takes a contact or a holdout in; the first one of a customer counts.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="atMs">When, unix milliseconds.</param>
    /// <param name="isHeldOut">Whether the customer was held out.</param>
    /// <param name="line">The number of the line of the report, from 0.</param>
    /// <param name="isRecorded">Whether the events of the customer are recorded.</param>
    public void Enter(string customerId, long atMs, bool isHeldOut, int line, bool isRecorded)
    {
        var hash = BehaviorLog.GetHash(customerId);
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, hash, out var isKnown);
        if (!isKnown)
        {
            number = _customers.Count;
            _customers.Add(default);
        }

        ref var entry = ref CollectionsMarshal.AsSpan(_customers)[number];
        if (!isKnown || atMs < entry.EnteredMs)
        {
            entry = new() { Hash = hash, EnteredMs = atMs, IsHeldOut = isHeldOut, Line = line, IsRecorded = isRecorded, Score = NoScore };
        }
    }

    /// <summary>Notes that a customer was active.</summary>
    public void NoteActive(string customerId, long atMs)
    {
        Events++;
        if (Find(customerId, atMs) is var number and >= 0)
        {
            ref var entry = ref CollectionsMarshal.AsSpan(_customers)[number];
            entry.ActiveDays |= 1UL << (int)((atMs - entry.EnteredMs) / DayMs);
        }
    }

    /// <summary>Notes that a customer has left.</summary>
    public void NoteChurned(string customerId, long atMs)
    {
        if (Find(customerId, atMs) is var number and >= 0)
        {
            CollectionsMarshal.AsSpan(_customers)[number].IsChurned = true;
        }
    }

    /// <summary>Notes an answer; the last one in the days counts.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="atMs">When, unix milliseconds.</param>
    /// <param name="fen">The answer as the amount of an outcome, in hundredths.</param>
    public void NoteScore(string customerId, long atMs, long fen)
    {
        if (Find(customerId, atMs) is not (var number and >= 0))
        {
            return;
        }

        if (fen % FenAPoint != 0 || fen is < 0 or > ValuedCustomer.MaxScore * FenAPoint)
        {
            NoScores++;
            return;
        }

        ref var entry = ref CollectionsMarshal.AsSpan(_customers)[number];
        if (entry.Score == NoScore || atMs >= entry.ScoredMs)
        {
            (entry.Score, entry.ScoredMs) = ((sbyte)(fen / FenAPoint), atMs);
        }
    }

    /// <summary>The customers of each bucket, by their numbers.</summary>
    public ILookup<int, int> GetBuckets() => Enumerable.Range(0, Count).ToLookup(number => CustomerBucket.ForHash(_customers[number].Hash));

    /// <summary>The hash by which a customer is found in an index of the bucket.</summary>
    public ulong GetHash(int number) => _customers[number].Hash;

    /// <summary>The line of the report, and whether the customer was held out.</summary>
    public (int Line, bool IsHeldOut) GetPlace(int number) => (_customers[number].Line, _customers[number].IsHeldOut);

    /// <summary>Whether the days of a customer are over.</summary>
    public bool IsOver(int number, long nowMs) => nowMs - _customers[number].EnteredMs >= days * DayMs;

    /// <summary>What is known of a customer. What happens in the days is known when they are over.</summary>
    /// <param name="number">The customer.</param>
    /// <param name="nowMs">Now, unix milliseconds.</param>
    public ValuedCustomer GetValues(int number, long nowMs)
    {
        var entry = _customers[number];
        return !IsOver(number, nowMs) ? default : new(
            entry.IsRecorded ? BitOperations.PopCount(entry.ActiveDays) : null, null, null, entry.IsChurned,
            entry.Score == NoScore ? null : entry.Score);
    }

    // The customer, if the instant is within the days.
    private int Find(string customerId, long atMs) =>
        _numbers.TryGetValue(BehaviorLog.GetHash(customerId), out var number) && atMs - _customers[number].EnteredMs is var since
        && since >= 0 && since < days * DayMs
            ? number
            : -1;

    private struct Entry
    {
        public ulong Hash;
        public long EnteredMs;
        public ulong ActiveDays;
        public long ScoredMs;
        public int Line;
        public sbyte Score;
        public bool IsHeldOut;
        public bool IsRecorded;
        public bool IsChurned;
    }
}
