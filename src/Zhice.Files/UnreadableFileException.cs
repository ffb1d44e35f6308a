
namespace Zhice.Files;

/// <summary>The file cannot be read, or not further: a sentence says where and why. Rows before it may be loaded.</summary>
public sealed class UnreadableFileException(string message, Exception? inner = null) : Exception(message, inner);
