using Zhice.Domain.Experiments;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Measurement.Exposures;

/// <summary>The experiments and holdouts that the customer was exposed to, each once, the earliest first.</summary>
public sealed class KeptExposures : BoundedList<KeptExposure>
{
    /// <summary>How many it keeps: as many as a catalogue has experiments and holdouts. A customer with more loses the earliest.</summary>
    public const int Capacity = 2 * Assignment.MaxExperiments;

    /// <summary>No exposures.</summary>
    public KeptExposures()
        : this([])
    {
    }

    private KeptExposures(List<KeptExposure> items)
        : base(items)
    {
    }

    /// <summary>Whether the customer was exposed to an experiment or holdout.</summary>
    /// <remarks>Hot path: once a decision for each experiment that has a part in it; allocates nothing.</remarks>
    public bool Has(long experiment)
    {
        foreach (ref readonly var exposure in All)
        {
            if (exposure.Experiment == experiment)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keeps an exposure; a repeat changes nothing.</summary>
    public void Keep(KeptExposure exposure)
    {
        if (Has(exposure.Experiment))
        {
            return;
        }

        if (Items.Count == Capacity)
        {
            Items.RemoveAt(0);
        }

        Items.Add(exposure);
    }

    /// <summary>Notes that an outcome has followed an exposure.</summary>
    /// <param name="place">The place of the exposure in <see cref="BoundedList{T}.All"/>.</param>
    /// <param name="outcome">The number of the outcome, 1 to 64.</param>
    public void Follow(int place, ushort outcome) => Items[place] = Items[place].With(outcome);

    /// <summary>A copy.</summary>
    public KeptExposures Clone() => new([.. Items]);

    internal void Write(ByteWriter writer) => writer.WriteItems(Items);

    /// <summary>Reads the exposures back.</summary>
    internal KeptExposures Read(ByteReader reader)
    {
        Items.AddRange(reader.ReadItems<KeptExposure>(Capacity));
        return this;
    }
}
