using System.Runtime.InteropServices;

namespace Zhice.Domain.Primitives;

/// <summary>A short list that is a part of a customer's state.</summary>
/// <typeparam name="T">The type of its items.</typeparam>
public abstract class BoundedList<T>
    where T : struct
{
    private protected BoundedList(List<T> items) => Items = items;

    /// <summary>All items, the earliest added first.</summary>
    public ReadOnlySpan<T> All => CollectionsMarshal.AsSpan(Items);

    private protected List<T> Items { get; }

    /// <summary>Removes an item.</summary>
    /// <param name="index">Its index; below 0 for none.</param>
    /// <returns>The item; null for none.</returns>
    private protected T? RemoveAt(int index)
    {
        if (index < 0)
        {
            return null;
        }

        var item = Items[index];
        Items.RemoveAt(index);
        return item;
    }
}
