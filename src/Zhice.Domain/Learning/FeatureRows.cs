namespace Zhice.Domain.Learning;

/// <summary>
/// Where the models of a silo keep each feature that any of them has met: a row, the same in all blocks, so that a decision
/// looks each of its features up once.
/// </summary>
/// <remarks>Bounded: 1 MiB, and 4 bytes for each feature that was met. Writers take turns, readers do not wait.</remarks>
internal sealed class FeatureRows
{
    /// <summary>The row of all features that no model has met.</summary>
    public const int Unmet = 0;

    private readonly int[] _rows = new int[FeatureSlots.All];
    private uint[] _slots = new uint[64];
    private bool _hasCoarse;

    /// <summary>How many rows there are.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>The row of a feature.</summary>
    public int Find(uint feature)
    {
        var row = Volatile.Read(ref _rows[feature]);
        return row != Unmet || !_hasCoarse ? row : _rows[FeatureSlots.GetCoarse(feature)];
    }

    /// <summary>Whether a feature has a row of its own.</summary>
    public bool Has(uint feature) => _rows[feature] != Unmet;

    /// <summary>The feature of a row, but for that of the unmet.</summary>
    public uint GetFeature(int row) => _slots[row];

    /// <summary>Gives a feature the next row. What is to be read there must be there already.</summary>
    public void Add(uint feature)
    {
        var row = Count;
        if (row == _slots.Length)
        {
            Array.Resize(ref _slots, 2 * row);
        }

        (_slots[row], Count) = (feature, row + 1);
        _hasCoarse |= FeatureSlots.IsCoarse(feature);
        Volatile.Write(ref _rows[feature], row);
    }
}
