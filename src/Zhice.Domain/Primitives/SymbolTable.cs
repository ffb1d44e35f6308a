using System.Collections.Frozen;
using System.Collections.Immutable;
using Orleans;

namespace Zhice.Domain.Primitives;

/// <summary>What a symbol names. The numbers are stored: never change or reuse them.</summary>
[GenerateSerializer, Alias("zhice.symbol-kind")]
public enum SymbolKind : byte
{
    /// <summary>A tag.</summary>
    Tag = 1,

    /// <summary>A tag with its type, as <c>age=Integer</c>: pins the type for good.</summary>
    TypedTag = 2,

    /// <summary>A value of an enum tag, as <c>job=student</c>.</summary>
    EnumValue = 3,

    /// <summary>A kind of event.</summary>
    EventType = 4,

    /// <summary>A channel.</summary>
    Channel = 5,

    /// <summary>A placement.</summary>
    Placement = 6,

    /// <summary>A category of actions.</summary>
    Category = 7,

    /// <summary>An action.</summary>
    Action = 8,

    /// <summary>A treatment with its action, as <c>consumer_loan/card</c>.</summary>
    Treatment = 9,

    /// <summary>A journey.</summary>
    Journey = 10,

    /// <summary>A stage with its journey, as <c>loan/applied</c>.</summary>
    Stage = 11,

    /// <summary>What a live tag was computed from since a version: remembered, and no name of anything.</summary>
    LiveTagSource = 12,

    /// <summary>Which parts of a layer its experiments have since a version: remembered, and no name of anything.</summary>
    ExperimentParts = 13,

    /// <summary>A name that takes over the number of another: remembered, and no name of anything.</summary>
    Renamed = 14,

    /// <summary>The channel of a placement since a version: remembered, and no name of anything.</summary>
    PlacementChannel = 15,

    /// <summary>An outcome.</summary>
    Outcome = 16,
}

/// <summary>A name with its kind.</summary>
[GenerateSerializer, Immutable, Alias("zhice.symbol")]
public readonly record struct Symbol([property: Id(0)] SymbolKind Kind, [property: Id(1)] string Name);

/// <summary>
/// Gives every name of the catalogue a small number, once and for all versions of it: customers' states hold the
/// numbers. It only ever grows, so a name that was removed and comes back means the same.
/// </summary>
public sealed class SymbolTable
{
    private readonly ImmutableArray<Symbol> _symbols;
    private readonly FrozenDictionary<Symbol, ushort> _numbers;
    private readonly FrozenDictionary<(SymbolKind, ushort), string> _names;
    private readonly FrozenDictionary<(SymbolKind, ushort), string> _firstNames;

    /// <summary>Makes the table from its symbols in the order in which they came.</summary>
    public SymbolTable(ImmutableArray<Symbol> symbols)
        : this(symbols, [])
    {
    }

    // Of a thing with several names that which is preferred is shown, else the latest.
    private SymbolTable(ImmutableArray<Symbol> symbols, IEnumerable<Symbol> preferred)
    {
        _symbols = symbols;
        var last = new Dictionary<SymbolKind, ushort>();
        var numbers = new Dictionary<Symbol, ushort>(symbols.Length);
        var names = new Dictionary<(SymbolKind, ushort), string>(symbols.Length);
        var firstNames = new Dictionary<(SymbolKind, ushort), string>(symbols.Length);
        foreach (var symbol in symbols)
        {
            var number = checked((ushort)(last.GetValueOrDefault(symbol.Kind) + 1));
            last[symbol.Kind] = number;
            numbers.Add(symbol, number);
            names[(symbol.Kind, number)] = firstNames[(symbol.Kind, number)] = symbol.Name;
            if (symbol.Kind == SymbolKind.Renamed && RenameIn(symbol) is var (kind, name, old)
                && numbers.TryGetValue(new(kind, old), out var taken))
            {
                numbers[new(kind, name)] = taken;
                names[(kind, taken)] = name;
                HasRenames = true;
            }
        }

        foreach (var symbol in preferred)
        {
            if (numbers.TryGetValue(symbol, out var number))
            {
                names[(symbol.Kind, number)] = symbol.Name;
            }
        }

        _numbers = numbers.ToFrozenDictionary();
        _names = names.ToFrozenDictionary();
        _firstNames = firstNames.ToFrozenDictionary();
    }

    /// <summary>The table with no symbols.</summary>
    public static SymbolTable Empty { get; } = new([]);

    /// <summary>All symbols in the order in which they came.</summary>
    public ImmutableArray<Symbol> Symbols => _symbols;

    /// <summary>Whether anything has several names.</summary>
    public bool HasRenames { get; }

    /// <summary>The symbol that gives a name the number of another.</summary>
    /// <param name="kind">What they name.</param>
    /// <param name="name">The name.</param>
    /// <param name="old">The name whose number it takes over.</param>
    public static Symbol Renamed(SymbolKind kind, string name, string old) =>
        new(SymbolKind.Renamed, $"{(byte)kind}|{name.Length}|{name}{old}");

    /// <summary>The number of a name, from 1 in its kind; 0 when it has none.</summary>
    public ushort Find(SymbolKind kind, string name) => _numbers.GetValueOrDefault(new Symbol(kind, name));

    /// <summary>The name of a number; null when there is none.</summary>
    public string? FindName(SymbolKind kind, ushort number) => _names.GetValueOrDefault((kind, number));

    /// <summary>The name that a number had first, which never changes; null when there is none.</summary>
    public string? FindFirstName(SymbolKind kind, ushort number) => _firstNames.GetValueOrDefault((kind, number));

    /// <summary>The name that is shown of a thing with this name; the name itself when there is no such thing.</summary>
    public string GetCurrentName(SymbolKind kind, string name) => FindName(kind, Find(kind, name)) ?? name;

    /// <summary>All names of a kind, former ones too.</summary>
    public IEnumerable<string> GetNames(SymbolKind kind) =>
        _numbers.Keys.Where(symbol => symbol.Kind == kind).Select(static symbol => symbol.Name);

    /// <summary>This table with more symbols behind it; those that it has already are passed over.</summary>
    public SymbolTable With(IEnumerable<Symbol> symbols)
    {
        var added = symbols.Where(symbol => !_numbers.ContainsKey(symbol)).Distinct().ToList();
        return added.Count == 0 ? this : new SymbolTable([.. _symbols, .. added]);
    }

    /// <summary>This table, which shows of a thing with several names the one that is preferred.</summary>
    public SymbolTable Preferring(IEnumerable<Symbol> names) => HasRenames ? new(_symbols, names) : this;

    private static (SymbolKind Kind, string Name, string Old) RenameIn(Symbol symbol)
    {
        var fields = symbol.Name.Split('|', 3);
        var length = int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture);
        return (
            (SymbolKind)byte.Parse(fields[0], System.Globalization.CultureInfo.InvariantCulture), fields[2][..length], fields[2][length..]);
    }
}
