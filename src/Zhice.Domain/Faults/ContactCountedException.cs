using Orleans;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Faults;

/// <summary>A commit counts a contact that another commit has counted already. Nothing of it was kept.</summary>
[GenerateSerializer, Alias("zhice.contact-counted")]
public sealed class ContactCountedException(string message) : Exception(message)
{
    /// <summary>Says which contact it is.</summary>
    public ContactCountedException(string message, string contactId)
        : this(message) => ContactId = contactId;

    /// <summary>The contact by which it was counted; empty when an older silo does not say.</summary>
    [Id(0)]
    public string ContactId { get; private set; } = "";
}
