using System.Runtime.InteropServices;

namespace Zhice.Domain.Learning;

/// <summary>What is known of a weight: a Gaussian.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct Belief(float Mean, float Variance);

/// <summary>
/// The weights that a model has met, by their slots: of all the slots that there are, a model meets few. A weight that it
/// has not met is as the prior says.
/// </summary>
/// <remarks>
/// Open addressing, at most half full: 24 to 48 bytes for each weight that was met. One writer, any readers: a reader
/// sees the table before or after it grows.
/// </remarks>
internal sealed class BeliefTable(float priorVariance)
{
    private const int FirstCapacity = 64;

    private readonly Belief _unmet = new(0, priorVariance);
    private Cells _cells = new(FirstCapacity);
    private bool _hasCoarse;

    /// <summary>How many weights were met.</summary>
    public int Count { get; private set; }

    /// <summary>What is known of a slot's weight.</summary>
    public Belief Get(uint slot)
    {
        var cells = Volatile.Read(ref _cells);
        ref readonly var cell = ref cells.Find(slot);
        if (cell.Key != 0)
        {
            return cell.Belief;
        }

        // A model of an older format tells fewer slots apart: each stands for those that begin alike.
        return _hasCoarse && FeatureSlots.GetCoarse(slot) is var coarse && coarse != slot && cells.Find(coarse) is { Key: not 0 } known
            ? known.Belief
            : _unmet;
    }

    /// <summary>The place of a slot's weight, which is met now if it was not before; good until the next call.</summary>
    public ref Belief Meet(uint slot)
    {
        ref var cell = ref _cells.Find(slot);
        if (cell.Key != 0)
        {
            return ref cell.Belief;
        }

        var before = Get(slot);
        if (2 * (Count + 1) > _cells.Capacity)
        {
            Volatile.Write(ref _cells, _cells.Grown());
            cell = ref _cells.Find(slot);
        }

        Count++;
        _hasCoarse |= FeatureSlots.IsCoarse(slot);
        cell.Belief = before;
        Volatile.Write(ref cell.Key, slot + 1);
        return ref cell.Belief;
    }

    /// <summary>The slots that were met, in their order.</summary>
    public uint[] Slots()
    {
        var slots = new uint[Count];
        var count = 0;
        foreach (ref readonly var cell in _cells.All)
        {
            if (cell.Key != 0)
            {
                slots[count++] = cell.Key - 1;
            }
        }

        Array.Sort(slots);
        return slots;
    }

    // The key is the slot and 1; 0: nothing is there.
    private struct Cell
    {
        public uint Key;
        public Belief Belief;
    }

    private sealed class Cells(int capacity)
    {
        private readonly Cell[] _all = new Cell[capacity];

        public int Capacity => _all.Length;

        public ReadOnlySpan<Cell> All => _all;

        // The slot's cell, or the empty one where it would be.
        public ref Cell Find(uint slot)
        {
            var (all, mask) = (_all, _all.Length - 1);
            for (var at = (int)((slot * 0x9E37_79B1u) >> 8) & mask; ; at = (at + 1) & mask)
            {
                ref var cell = ref all[at];
                if (cell.Key == slot + 1 || cell.Key == 0)
                {
                    return ref cell;
                }
            }
        }

        public Cells Grown()
        {
            var grown = new Cells(2 * _all.Length);
            foreach (ref readonly var cell in _all.AsSpan())
            {
                if (cell.Key != 0)
                {
                    grown.Find(cell.Key - 1) = cell;
                }
            }

            return grown;
        }
    }
}
