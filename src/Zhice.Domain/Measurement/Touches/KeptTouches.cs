using Zhice.Domain.Primitives;

namespace Zhice.Domain.Measurement.Touches;

/// <summary>The touches of a customer for which outcomes can still come: the last 32 of the last 90 days, the earliest first.</summary>
public sealed class KeptTouches : BoundedList<KeptTouch>
{
    /// <summary>How many touches it keeps. A customer with more loses the earliest.</summary>
    public const int Capacity = 32;

    /// <summary>How long a touch is kept, in milliseconds: as long as the longest window of an outcome.</summary>
    public const long LongestWindowMs = 90L * 86_400_000;

    /// <summary>No touches.</summary>
    public KeptTouches()
        : this([])
    {
    }

    private KeptTouches(List<KeptTouch> items)
        : base(items)
    {
    }

    /// <summary>Keeps a touch; a repeat of one that is kept changes nothing.</summary>
    /// <param name="touch">The touch.</param>
    /// <param name="nowMs">Now, unix milliseconds: earlier ones may be too old by then.</param>
    public void Keep(KeptTouch touch, long nowMs)
    {
        if (Find(touch.Id) is not null)
        {
            return;
        }

        Items.RemoveAll(kept => nowMs - kept.AtMs > LongestWindowMs);
        if (Items.Count == Capacity)
        {
            Items.RemoveAt(0);
        }

        Items.Add(touch);
    }

    /// <summary>The touch of a contact; null when it is not kept.</summary>
    public KeptTouch? Find(ContactId id)
    {
        foreach (ref readonly var touch in All)
        {
            if (touch.Id == id)
            {
                return touch;
            }
        }

        return null;
    }

    /// <summary>Notes that a contact became void, or that it waits for its channel again.</summary>
    public void Void(ContactId id, bool isVoid)
    {
        if (Items.FindIndex(touch => touch.Id == id) is >= 0 and var place)
        {
            Items[place] = Items[place] with { IsVoid = isVoid };
        }
    }

    /// <summary>Notes that an outcome has followed a touch.</summary>
    /// <param name="place">The place of the touch in <see cref="BoundedList{T}.All"/>.</param>
    /// <param name="outcome">The number of the outcome, 1 to 64.</param>
    public void Follow(int place, ushort outcome) => Items[place] = Items[place].With(outcome);

    /// <summary>A copy.</summary>
    public KeptTouches Clone() => new([.. Items]);

    internal void Write(ByteWriter writer) => writer.WriteItems(Items);

    /// <summary>Reads the touches back.</summary>
    internal KeptTouches Read(ByteReader reader)
    {
        Items.AddRange(reader.ReadItems<KeptTouch>(Capacity));
        return this;
    }
}
