namespace Zhice.Cli.Running;

/// <summary>What was typed cannot be meant; the message says what would be right.</summary>
internal sealed class UsageException(string message) : Exception(message);
