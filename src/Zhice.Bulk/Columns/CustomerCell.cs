using System.Buffers;
using Zhice.Domain.Customers;
using Zhice.Files.Cells;

namespace Zhice.Bulk.Columns;

/// <summary>Which cells are ids of customers.</summary>
internal static class CustomerCell
{
    public const int MaxBytes = 64;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789."u8);

    /// <summary>What is wrong with an id, as the end of a sentence; null when nothing is.</summary>
    public static string? FindFault(ReadOnlySpan<byte> cell) =>
        cell.Length is 0 or > MaxBytes || !StorableText.IsValid(cell) ? $"must be 1 to {MaxBytes} bytes of sound UTF-8 text, without U+0000"
        : Identifier.FindFault(cell) is { } fault ? fault
        : cell.SequenceEqual("customer_id"u8) ? "is the name of the column: a second header"
        : IsRounded(cell) ? "is a number that a spreadsheet has rounded: give the id with all its digits, as text"
        : null;

    // 6.21226E+18: several ids have become one.
    private static bool IsRounded(ReadOnlySpan<byte> cell)
    {
        var at = cell.IndexOf("E+"u8);
        return at > 0
            && !cell[..at].ContainsAnyExcept(Digits)
            && cell[(at + 2)..].Length is 1 or 2 or 3
            && !cell[(at + 2)..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
