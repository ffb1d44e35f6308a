using System.Runtime.InteropServices;
using System.Text;
using Zhice.Contracts.Customers;
using Zhice.Domain.Primitives;
using Zhice.Grains.Audiences;

namespace Zhice.Grains.Customers;

/// <summary>
/// The customers that are loaded on this silo, by the hash of their ids: so that those whose states changed in the store read it again,
/// and none is loaded for it; so that they are read without a call; and so that they move when the silo stops. Exactness does not
/// depend on it: the version of each write ensures that.
/// </summary>
/// <remarks>Budget: 90 bytes a customer, and 50 ns at activation.</remarks>
internal sealed class LoadedCustomers(LocalBuckets buckets)
{
    private const int Stripes = 64;
    private const int MaxIdBytes = 256;

    // A customer who has much to do is not waited for: the call is queued there, and that suffices.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ulong, Loaded>[] _stripes = [.. Enumerable.Range(0, Stripes).Select(_ => new Dictionary<ulong, Loaded>())];

    public void Add(CustomerGrain customer)
    {
        var id = customer.GetGrainId().Key.AsSpan();
        var hash = CustomerBucket.Hash(id);
        var stripe = _stripes[hash % Stripes];
        lock (stripe)
        {
            stripe[hash] = new(ShortId.Of(id), customer);
        }
    }

    public void Remove(CustomerGrain customer)
    {
        var hash = CustomerBucket.Hash(customer.GetGrainId().Key.AsSpan());
        var stripe = _stripes[hash % Stripes];
        lock (stripe)
        {
            // A new activation may have taken the place already.
            if (stripe.TryGetValue(hash, out var known) && ReferenceEquals(known.Customer, customer))
            {
                stripe.Remove(hash);
            }
        }
    }

    /// <summary>A customer that is loaded now; null when it is not. Allocates nothing.</summary>
    public CustomerGrain? Find(string customerId)
    {
        Span<byte> buffer = stackalloc byte[MaxIdBytes];
        if (!Encoding.UTF8.TryGetBytes(customerId, buffer, out var length))
        {
            return null;
        }

        ReadOnlySpan<byte> id = buffer[..length];
        var hash = CustomerBucket.Hash(id);
        var stripe = _stripes[hash % Stripes];
        Loaded loaded;
        lock (stripe)
        {
            stripe.TryGetValue(hash, out loaded);
        }

        // Of two ids with one hash, the later is loaded.
        return loaded.Has(id) ? loaded.Customer : null;
    }

    /// <summary>Those that are loaded now.</summary>
    public IReadOnlyList<CustomerGrain> All()
    {
        var all = new List<CustomerGrain>();
        foreach (var stripe in _stripes)
        {
            lock (stripe)
            {
                all.AddRange(stripe.Values.Select(static loaded => loaded.Customer));
            }
        }

        return all;
    }

    /// <summary>Lets those of the customers that are loaded read their states again.</summary>
    public async Task ReloadAsync(IReadOnlyList<ulong> customers)
    {
        List<Task>? reloads = null;
        foreach (var hash in customers)
        {
            buckets.Doubt(CustomerBucket.ForHash(hash));
            var stripe = _stripes[hash % Stripes];
            Loaded loaded;
            lock (stripe)
            {
                stripe.TryGetValue(hash, out loaded);
            }

            if (loaded.Customer is not null)
            {
                (reloads ??= []).Add(loaded.Customer.AsReference<ICustomerGrain>().Reload().AsTask());
            }
        }

        if (reloads is not null)
        {
            // One that fails is deactivated, and reads the store when it is called next: nothing is lost.
            await Task.WhenAll(reloads).WaitAsync(MaxWait).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A customer with the id where it is short: to compare it there costs nothing, at the grain it takes four reads of cold memory.
    private readonly record struct Loaded(ShortId Id, CustomerGrain Customer)
    {
        public bool Has(ReadOnlySpan<byte> id) => Customer is not null
            && (Id == default ? Customer.GetGrainId().Key.AsSpan().SequenceEqual(id) : Id == ShortId.Of(id));
    }

    // An id of 1 to 23 bytes with its length, such as the number of an account, a card or a person; nothing: it is longer.
    private readonly record struct ShortId(ulong First, ulong Second, ulong Third)
    {
        private const int Size = 3 * sizeof(ulong);

        public static ShortId Of(ReadOnlySpan<byte> id)
        {
            Span<byte> padded = stackalloc byte[Size];
            padded.Clear();
            if (id.Length < Size)
            {
                id.CopyTo(padded);
                padded[^1] = (byte)id.Length;
            }

            return MemoryMarshal.Read<ShortId>(padded);
        }
    }
}
