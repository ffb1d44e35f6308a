using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>A commit counts a contact that another commit has counted already. Nothing of it was kept.</summary>
[GenerateSerializer, Alias("zhice.contact-counted")]
public sealed class ContactCountedException(string message) : Exception(message);
