namespace Zhice.Hosting;

/// <summary>The host cannot start, for a reason that whoever starts it can mend.</summary>
public sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
