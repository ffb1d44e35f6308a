namespace Zhice.Bulk.Columns;

/// <summary>Reads words of consent: granted or refused, and what typed files and spreadsheets write instead.</summary>
internal static class ConsentCell
{
    /// <summary>What it takes, as the end of a sentence.</summary>
    public const string Wanted = "must be granted or refused, true or false, or 1 or 0";

    /// <summary>Reads a word; false when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> cell, out bool isGranted)
    {
        isGranted = cell.SequenceEqual("granted"u8) || cell.SequenceEqual("true"u8) || cell.SequenceEqual("1"u8);
        return isGranted || cell.SequenceEqual("refused"u8) || cell.SequenceEqual("false"u8) || cell.SequenceEqual("0"u8);
    }
}
