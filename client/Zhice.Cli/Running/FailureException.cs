namespace Zhice.Cli.Running;

/// <summary>The command cannot be carried out; the message says why, and what to do about it.</summary>
internal sealed class FailureException(string message) : Exception(message);
