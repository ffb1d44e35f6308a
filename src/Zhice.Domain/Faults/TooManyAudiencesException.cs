using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>There are as many saved audiences as there may be; nothing was done.</summary>
[GenerateSerializer, Alias("zhice.too-many-audiences")]
public sealed class TooManyAudiencesException(string message) : Exception(message);
