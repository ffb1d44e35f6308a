namespace Zhice.Domain.Primitives;

/// <summary>An item of a list in a customer's state, with its bytes.</summary>
internal interface IStoredItem<TSelf>
    where TSelf : struct, IStoredItem<TSelf>
{
    /// <summary>Writes the item.</summary>
    void Write(ByteWriter writer);

    /// <summary>Reads an item back.</summary>
    static abstract TSelf Read(ByteReader reader);
}
