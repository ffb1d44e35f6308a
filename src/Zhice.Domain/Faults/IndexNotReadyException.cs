using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>The indexes of the customers are being read from the store; nothing was done. Ask again in a while.</summary>
[GenerateSerializer, Alias("zhice.index-not-ready")]
public sealed class IndexNotReadyException(string message) : Exception(message);
