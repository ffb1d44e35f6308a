namespace Zhice.Grains.Customers;

/// <summary>
/// The customers that were called and of whom nothing is kept: anyone can name as many as they like, so only some stay in
/// memory, and the one that came first makes room.
/// </summary>
/// <param name="maxCount">How many stay.</param>
internal sealed class UnsavedCustomers(int maxCount)
{
    private readonly Queue<IUnsavedCustomer> _inOrder = new();

    // Of 4 KB each, about 80 MB.
    public UnsavedCustomers()
        : this(20_000)
    {
    }

    /// <summary>Takes one in.</summary>
    public void Add(IUnsavedCustomer stranger)
    {
        IUnsavedCustomer first;
        lock (_inOrder)
        {
            _inOrder.Enqueue(stranger);
            if (_inOrder.Count <= maxCount)
            {
                return;
            }

            first = _inOrder.Dequeue();
        }

        first.LeaveIfUnknown();
    }

    /// <summary>Forgets one, who was erased.</summary>
    public void Remove(IUnsavedCustomer stranger)
    {
        lock (_inOrder)
        {
            if (_inOrder.Contains(stranger))
            {
                var others = _inOrder.Where(other => !ReferenceEquals(other, stranger)).ToList();
                _inOrder.Clear();
                others.ForEach(_inOrder.Enqueue);
            }
        }
    }
}

/// <summary>Someone of whom nothing was kept when they came.</summary>
internal interface IUnsavedCustomer
{
    /// <summary>Leaves the memory, unless something is kept by now.</summary>
    void LeaveIfUnknown();
}
