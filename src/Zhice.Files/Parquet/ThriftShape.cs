using System.Collections.Frozen;

namespace Zhice.Files.Parquet;

/// <summary>The types of Thrift's compact protocol, by their numbers.</summary>
internal enum ThriftType : byte
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Struct = 12,
}

/// <summary>A field of a structure.</summary>
/// <param name="Type">Its type; of truth values <see cref="ThriftType.True"/>.</param>
/// <param name="Element">Of lists: the type of the elements.</param>
/// <param name="Inner">Of structures and lists of them: their shape.</param>
internal sealed record ThriftField(ThriftType Type, ThriftType Element = ThriftType.Stop, ThriftShape? Inner = null)
{
    public static ThriftField Bool { get; } = new(ThriftType.True);

    public static ThriftField I8 { get; } = new(ThriftType.Byte);

    public static ThriftField I16 { get; } = new(ThriftType.I16);

    public static ThriftField I32 { get; } = new(ThriftType.I32);

    public static ThriftField I64 { get; } = new(ThriftType.I64);

    public static ThriftField Double { get; } = new(ThriftType.Double);

    public static ThriftField Binary { get; } = new(ThriftType.Binary);

    public static ThriftField List(ThriftType element) => new(ThriftType.List, element);

    public static ThriftField List(ThriftShape inner) => new(ThriftType.List, ThriftType.Struct, inner);

    public static implicit operator ThriftField(ThriftShape inner) => new(ThriftType.Struct, Inner: inner);
}

/// <summary>
/// The structures of Parquet (parquet.thrift) as far as the library reads them by itself: it takes each field for what it
/// should be, and so must each be.
/// </summary>
internal sealed class ThriftShape
{
    private readonly FrozenDictionary<int, ThriftField> _fields;

    private ThriftShape(params (int Id, ThriftField Field)[] fields) =>
        _fields = fields.ToFrozenDictionary(static field => field.Id, static field => field.Field);

    private static readonly ThriftShape Empty = new();

    private static readonly ThriftShape Statistics = new(
        (1, ThriftField.Binary), (2, ThriftField.Binary), (3, ThriftField.I64), (4, ThriftField.I64), (5, ThriftField.Binary),
        (6, ThriftField.Binary), (7, ThriftField.Bool), (8, ThriftField.Bool));

    private static readonly ThriftShape SizeStatistics = new(
        (1, ThriftField.I64), (2, ThriftField.List(ThriftType.I64)), (3, ThriftField.List(ThriftType.I64)));

    private static readonly ThriftShape Geospatial = new(
        (1, new ThriftShape([.. Enumerable.Range(1, 8).Select(static id => (id, ThriftField.Double))])),
        (2, ThriftField.List(ThriftType.I32)));

    private static readonly ThriftShape Time = new((1, ThriftField.Bool), (2, new ThriftShape((1, Empty), (2, Empty), (3, Empty))));

    private static readonly ThriftShape LogicalType = new(
        (1, Empty), (2, Empty), (3, Empty), (4, Empty), (5, new ThriftShape((1, ThriftField.I32), (2, ThriftField.I32))), (6, Empty),
        (7, Time), (8, Time), (10, new ThriftShape((1, ThriftField.I8), (2, ThriftField.Bool))), (11, Empty), (12, Empty), (13, Empty),
        (14, Empty), (15, Empty), (16, new ThriftShape((1, ThriftField.I8))), (17, new ThriftShape((1, ThriftField.Binary))),
        (18, new ThriftShape((1, ThriftField.Binary), (2, ThriftField.I32))));

    private static readonly ThriftShape KeyValue = new((1, ThriftField.Binary), (2, ThriftField.Binary));

    private static readonly ThriftShape ColumnMetaData = new(
        (1, ThriftField.I32), (2, ThriftField.List(ThriftType.I32)), (3, ThriftField.List(ThriftType.Binary)), (4, ThriftField.I32),
        (5, ThriftField.I64), (6, ThriftField.I64), (7, ThriftField.I64), (8, ThriftField.List(KeyValue)), (9, ThriftField.I64),
        (10, ThriftField.I64), (11, ThriftField.I64), (12, Statistics),
        (13, ThriftField.List(new ThriftShape((1, ThriftField.I32), (2, ThriftField.I32), (3, ThriftField.I32)))),
        (14, ThriftField.I64), (15, ThriftField.I32), (16, SizeStatistics), (17, Geospatial));

    private static readonly ThriftShape Crypto = new(
        (1, Empty), (2, new ThriftShape((1, ThriftField.List(ThriftType.Binary)), (2, ThriftField.Binary))));

    private static readonly ThriftShape ColumnChunk = new(
        (1, ThriftField.Binary), (2, ThriftField.I64), (3, ColumnMetaData), (4, ThriftField.I64), (5, ThriftField.I32),
        (6, ThriftField.I64), (7, ThriftField.I32), (8, Crypto), (9, ThriftField.Binary));

    private static readonly ThriftShape RowGroup = new(
        (1, ThriftField.List(ColumnChunk)), (2, ThriftField.I64), (3, ThriftField.I64),
        (4, ThriftField.List(new ThriftShape((1, ThriftField.I32), (2, ThriftField.Bool), (3, ThriftField.Bool)))),
        (5, ThriftField.I64), (6, ThriftField.I64), (7, ThriftField.I16));

    private static readonly ThriftShape Aes = new((1, ThriftField.Binary), (2, ThriftField.Binary), (3, ThriftField.Bool));

    /// <summary>An element of the schema; field 5 counts its children.</summary>
    public static ThriftShape SchemaElement { get; } = new(
        (1, ThriftField.I32), (2, ThriftField.I32), (3, ThriftField.I32), (4, ThriftField.Binary), (5, ThriftField.I32),
        (6, ThriftField.I32), (7, ThriftField.I32), (8, ThriftField.I32), (9, ThriftField.I32), (10, LogicalType));

    /// <summary>What a footer holds.</summary>
    public static ThriftShape FileMetaData { get; } = new(
        (1, ThriftField.I32), (2, ThriftField.List(SchemaElement)), (3, ThriftField.I64), (4, ThriftField.List(RowGroup)),
        (5, ThriftField.List(KeyValue)), (6, ThriftField.Binary), (7, ThriftField.List(new ThriftShape((1, Empty)))),
        (8, new ThriftShape((1, Aes), (2, Aes))), (9, ThriftField.Binary));

    /// <summary>Of a page of values, 1.0: field 1 counts them.</summary>
    public static ThriftShape DataPageHeader { get; } = new(
        (1, ThriftField.I32), (2, ThriftField.I32), (3, ThriftField.I32), (4, ThriftField.I32), (5, Statistics));

    /// <summary>Of a dictionary: field 1 counts its values.</summary>
    public static ThriftShape DictionaryPageHeader { get; } = new((1, ThriftField.I32), (2, ThriftField.I32), (3, ThriftField.Bool));

    /// <summary>Of a page of values, 2.0: field 1 counts them, 5 and 6 are the bytes of the levels.</summary>
    public static ThriftShape DataPageHeaderV2 { get; } = new(
        (1, ThriftField.I32), (2, ThriftField.I32), (3, ThriftField.I32), (4, ThriftField.I32), (5, ThriftField.I32),
        (6, ThriftField.I32), (7, ThriftField.Bool), (8, Statistics));

    /// <summary>What stands before a page: field 1 is its kind, 2 and 3 its bytes unpacked and packed.</summary>
    public static ThriftShape PageHeader { get; } = new(
        (1, ThriftField.I32), (2, ThriftField.I32), (3, ThriftField.I32), (4, ThriftField.I32), (5, DataPageHeader), (6, Empty),
        (7, DictionaryPageHeader), (8, DataPageHeaderV2));

    /// <summary>A field; null for one that is not known, which is passed over.</summary>
    public ThriftField? Find(int id) => _fields.GetValueOrDefault(id);
}
