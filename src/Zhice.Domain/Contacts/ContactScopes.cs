namespace Zhice.Domain.Contacts;

/// <summary>What a cap counts together. The numbers are stored, and those of the public contract.</summary>
public enum CapScope : byte
{
    /// <summary>All contacts.</summary>
    All = 1,

    /// <summary>Contacts in a channel.</summary>
    Channel = 2,

    /// <summary>Contacts about a category.</summary>
    Category = 3,

    /// <summary>Contacts about an action.</summary>
    Action = 4,

    /// <summary>Contacts by a treatment of an action.</summary>
    Treatment = 5,
}

/// <summary>When a contact counts. The numbers are stored, and those of the public contract.</summary>
public enum CountMoment : byte
{
    /// <summary>Of a cap: at whichever moment. Of a contact: it was not noted, and every cap counts it.</summary>
    Any = 0,

    /// <summary>When it is seen.</summary>
    Impression = 1,

    /// <summary>When it is decided.</summary>
    Decision = 2,

    /// <summary>When it goes out.</summary>
    Send = 3,
}

/// <summary>What a contact belongs to, by the catalogue's numbers; 0 for what is not known any more.</summary>
public readonly record struct ContactScopes(ushort Channel, ushort Category, ushort Action, ushort Treatment = 0)
{
    /// <summary>The number that it has in a scope.</summary>
    public ushort In(CapScope scope) => scope switch
    {
        CapScope.Channel => Channel,
        CapScope.Category => Category,
        CapScope.Action => Action,
        CapScope.Treatment => Treatment,
        _ => 0,
    };
}
