using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>
/// A commit of a customer who was erased. Nothing of it was kept, and nothing of such a customer is until the tombstone is lifted.
/// </summary>
[GenerateSerializer, Alias("zhice.customer-erased")]
public sealed class CustomerErasedException(string message) : Exception(message);
