namespace Zhice.Bulk;

/// <summary>The file cannot be read, or not further: a sentence says where and why. Rows before it may be loaded.</summary>
public sealed class BulkFileException(string message, Exception? inner = null) : Exception(message, inner);
