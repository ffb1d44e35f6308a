using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>
/// The store is away: full, read-only, unreachable or taken away. Nothing may be taken as kept; whether the write was
/// kept shows when the state is read again. Later attempts may succeed.
/// </summary>
[GenerateSerializer, Alias("zhice.store-unavailable")]
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
