using System.Runtime.InteropServices;

namespace Zhice.Domain.Measurement.Behavior;

/// <summary>Numbers for labels, each once, up to a bound; those beyond it are one label together.</summary>
internal sealed class LabelTable(int maximum)
{
    /// <summary>The label of those beyond the bound.</summary>
    public const string Others = "(others)";

    private readonly Dictionary<(string Type, string Value), int> _numbers = [];
    private readonly List<(string Type, string Value)> _labels = [];

    /// <summary>The number of a label.</summary>
    public int GetNumber(string type, string value)
    {
        if (_numbers.TryGetValue((type, value), out var number))
        {
            return number;
        }

        var label = _labels.Count < maximum ? (type, value) : (type, Others);
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, label, out var isKnown);
        if (!isKnown)
        {
            known = _labels.Count;
            _labels.Add(label);
        }

        return known;
    }

    /// <summary>The label of a number.</summary>
    public (string Type, string Value) GetLabel(int number) => _labels[number];
}
