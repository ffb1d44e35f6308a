namespace Zhice.Domain.Faults;

/// <summary>The transaction may or may not have been kept: the fault came while it was being committed.</summary>
public sealed class OutcomeUnknownException(string message, Exception? inner = null) : Exception(message, inner);
