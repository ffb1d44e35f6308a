using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>As many writes wait for the store as may wait; this one was refused at once. Try again later, and less.</summary>
[GenerateSerializer, Alias("zhice.store-overloaded")]
public sealed class StoreOverloadedException(string message) : Exception(message);
