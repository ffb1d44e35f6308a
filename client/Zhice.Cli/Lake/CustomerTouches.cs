using System.Text;
using Zhice.Domain.Measurement.Attribution;
using Zhice.Domain.Primitives;
using Zhice.Files.Tables;

namespace Zhice.Cli.Lake;

/// <summary>The touches of customers in a lake, each with the line of the report that it belongs to.</summary>
internal sealed class CustomerTouches
{
    private static readonly string[] s_columns = ["kind", "key", "customer_id", "time", "action_id"];

    private readonly Dictionary<string, List<LakeTouch>> _touches;
    private readonly HashSet<string> _voids = new(StringComparer.Ordinal);

    private CustomerTouches(IEnumerable<string> customers) =>
        _touches = customers.ToDictionary(static customer => customer, static _ => new List<LakeTouch>(), StringComparer.Ordinal);

    /// <summary>The touches of a customer that were not void in the end, in no order.</summary>
    public IEnumerable<LakeTouch> Of(string customer) => _touches[customer].Where(touch => !_voids.Contains(touch.Key));

    /// <summary>Reads the touches of customers.</summary>
    /// <param name="lake">The lake.</param>
    /// <param name="customers">The customers.</param>
    /// <param name="by">The columns whose values make a line.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static CustomerTouches Read(LakeFacts lake, IEnumerable<string> customers, string[] by, CancellationToken cancellation)
    {
        var touches = new CustomerTouches(customers);
        var of = touches._touches.GetAlternateLookup<ReadOnlySpan<char>>();
        lake.ForEach([.. s_columns, .. by], (table, at) =>
        {
            var kind = table.Text(at[0]);
            var (isCounted, isAnswer) = (
                kind.SequenceEqual("CONTACTED"u8) || kind.SequenceEqual("SHOWN"u8),
                kind.SequenceEqual("SEEN"u8) || kind.SequenceEqual("CLICKED"u8) || kind.SequenceEqual("ACCEPTED"u8) || kind.SequenceEqual("DISMISSED"u8));
            var (isVoid, isResent) = (kind.SequenceEqual("VOID"u8), kind.SequenceEqual("RESENT"u8));
            if (!isCounted && !isAnswer && !isVoid && !isResent)
            {
                return;
            }

            Span<char> customer = stackalloc char[256];
            if (!Encoding.UTF8.TryGetChars(table.Text(at[2]), customer, out var length) || !of.TryGetValue(customer[..length], out var list))
            {
                return;
            }

            // Facts come in the order in which they were recorded, so the later one of the two counts.
            if (isVoid)
            {
                touches._voids.Add(LakeFacts.Text(table, at[1]));
            }
            else if (isResent)
            {
                touches._voids.Remove(LakeFacts.Text(table, at[1]));
            }
            else if (ContactId.TryParse(LakeFacts.Text(table, at[1]), out var id))
            {
                Add(list, Create(table, at, id, isCounted));
            }
        }, cancellation);
        return touches;
    }

    private static LakeTouch Create(TableReader table, int[] at, ContactId id, bool isCounted) => new(
        new(id.Decision, id, LakeFacts.Instant(table, at[3])), LakeFacts.Text(table, at[1]), isCounted, LakeFacts.Text(table, at[4]),
        [.. at[s_columns.Length..].Select(column => LakeFacts.Text(table, column))]);

    // An answer is a touch only where nothing counted what it answers; of several answers the first is.
    private static void Add(List<LakeTouch> list, LakeTouch touch)
    {
        var same = list.FindIndex(other => other.Key == touch.Key);
        if (same < 0)
        {
            list.Add(touch);
        }
        else if ((touch.IsCounted, -touch.Touch.AtMs).CompareTo((list[same].IsCounted, -list[same].Touch.AtMs)) > 0)
        {
            list[same] = touch;
        }
    }
}

/// <summary>A touch of a customer.</summary>
/// <param name="Touch">The touch.</param>
/// <param name="Key">Its contact, as text.</param>
/// <param name="IsCounted">Whether it was a contact or a recommendation that was counted; else an answer.</param>
/// <param name="Action">The action.</param>
/// <param name="Keys">The values of the report's dimensions.</param>
internal sealed record LakeTouch(Touch Touch, string Key, bool IsCounted, string Action, string[] Keys);
