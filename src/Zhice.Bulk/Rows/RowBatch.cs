using System.Runtime.InteropServices;
using Zhice.Domain.Bulk;
using Zhice.Domain.Customers;
using Zhice.Domain.Primitives;
using Zhice.Storage.Bulk;
using Zhice.Storage.Customers;
using Zhice.Storage.States;

namespace Zhice.Bulk.Rows;

/// <summary>
/// Some rows of a file, by customer: a customer who is there twice has several rows, merged in their order. It is filled
/// by a reader, merged by the store, and used again.
/// </summary>
internal sealed class RowBatch : ICustomerBatch
{
    /// <summary>How many rows it holds.</summary>
    public const int MaxRows = 2_000;

    private readonly Dictionary<StateKey, int> _customers = new(MaxRows);
    private readonly List<StateKey> _keys = new(MaxRows);
    private readonly List<(int First, int Last)> _rowsOf = new(MaxRows);
    private readonly List<Row> _rows = new(MaxRows);
    private readonly List<RowTag> _tags = [];
    private readonly List<RowConsent> _consents = [];
    private (int Tags, int Consents) _begun;
    private readonly HashSet<int> _refusedCustomers = [];
    private int _refused;

    /// <summary>How rows are merged.</summary>
    public CustomerMerge Merging { get; set; }

    /// <summary>Rows that are not loaded, in their order.</summary>
    public List<Reject> Rejects { get; } = [];

    /// <summary>Of rows that are wrong: their place in <see cref="Rejects"/>, and whose they are.</summary>
    public List<(int Place, string CustomerId)> RejectedCustomers { get; } = [];

    /// <summary>How many of <see cref="Rejects"/> are rows of customers who were erased.</summary>
    public int Erased { get; private set; }

    /// <summary>The number of the last row that was read, rejected ones included, from 1.</summary>
    public long LastRow { get; set; }

    /// <summary>How far in the file its end is, 0 to 1.</summary>
    public double Fraction { get; set; }

    /// <summary>How many of its rows are of customers who were in an earlier row of the file.</summary>
    public long Repeated { get; set; }

    /// <summary>How many rows are loaded once it is merged.</summary>
    public int Loaded => _rows.Count - _refused;

    /// <inheritdoc/>
    public IReadOnlyList<StateKey> Keys => _keys;

    /// <summary>Whether no row can be added.</summary>
    public bool IsFull => _rows.Count + Rejects.Count >= MaxRows;

    /// <summary>Whether it holds nothing at all.</summary>
    public bool IsEmpty => _rows.Count + Rejects.Count == 0;

    /// <summary>Begins a row; what was begun and not ended is forgotten.</summary>
    public void Begin()
    {
        _tags.RemoveRange(_begun.Tags, _tags.Count - _begun.Tags);
        _consents.RemoveRange(_begun.Consents, _consents.Count - _begun.Consents);
    }

    public void Add(in RowTag tag) => _tags.Add(tag);

    public void Add(RowConsent consent) => _consents.Add(consent);

    /// <summary>Says when a word of the row that was begun was said; false when there is no such word.</summary>
    public bool SetTime(ushort channel, Purpose purpose, long atMs)
    {
        for (var i = _begun.Consents; i < _consents.Count; i++)
        {
            if (_consents[i].Channel == channel && _consents[i].Purpose == purpose)
            {
                _consents[i] = _consents[i] with { AtMs = atMs };
                return true;
            }
        }

        return false;
    }

    /// <summary>Puts the tags of the row that was begun in the order of their numbers.</summary>
    public void Sort() => _tags.Sort(_begun.Tags, _tags.Count - _begun.Tags, ByTag);

    /// <summary>Ends the row.</summary>
    public void End(StateKey customer, long line)
    {
        var row = _rows.Count;
        _rows.Add(new(line, _begun.Tags, _tags.Count - _begun.Tags, _begun.Consents, _consents.Count - _begun.Consents, -1));
        _begun = (_tags.Count, _consents.Count);
        if (_customers.TryAdd(customer, _keys.Count))
        {
            _keys.Add(customer);
            _rowsOf.Add((row, row));
            return;
        }

        var at = _customers[customer];
        var (first, last) = _rowsOf[at];
        _rows[last] = _rows[last] with { Next = row };
        _rowsOf[at] = (first, row);
    }

    /// <summary>Whether a customer has rows in both.</summary>
    public bool Shares(RowBatch other)
    {
        foreach (var key in _keys)
        {
            if (other._customers.ContainsKey(key))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public CustomerState? Merge(int customer, CustomerState? before)
    {
        CustomerState? after = null;
        for (var at = _rowsOf[customer].First; at >= 0; at = _rows[at].Next)
        {
            var row = _rows[at];
            after = Merging.Apply(after ?? before, new(
                CollectionsMarshal.AsSpan(_tags).Slice(row.Tag, row.Tags),
                CollectionsMarshal.AsSpan(_consents).Slice(row.Consent, row.Consents))) ?? after;
        }

        return after;
    }

    /// <inheritdoc/>
    public void Refuse(int customer, string reason) => TryRefuse(customer, reason);

    /// <inheritdoc/>
    public void RefuseErased(int customer) => Erased += TryRefuse(customer, Reject.Erased);

    /// <summary>Removes the cells of erased customers from the reports of their rejected rows.</summary>
    public void HideRejects(IReadOnlySet<string> erased)
    {
        foreach (var (place, _) in RejectedCustomers.Where(each => erased.Contains(each.CustomerId)))
        {
            Rejects[place] = new(Rejects[place].Line, "", "", Reject.Erased);
            Erased++;
        }

        RejectedCustomers.Clear();
    }

    private int TryRefuse(int customer, string reason)
    {
        // A batch that met a fault of the store is merged again as a whole.
        if (!_refusedCustomers.Add(customer))
        {
            return 0;
        }

        var before = _refused;
        for (var at = _rowsOf[customer].First; at >= 0; at = _rows[at].Next)
        {
            Rejects.Add(new(_rows[at].Line, "", "", reason));
            _refused++;
        }

        return _refused - before;
    }

    /// <summary>Makes it empty, to be filled again.</summary>
    public void Clear()
    {
        _customers.Clear();
        _keys.Clear();
        _rowsOf.Clear();
        _rows.Clear();
        _tags.Clear();
        _consents.Clear();
        Rejects.Clear();
        RejectedCustomers.Clear();
        Erased = 0;
        _begun = default;
        _refusedCustomers.Clear();
        _refused = 0;
    }

    private static readonly Comparer<RowTag> ByTag = Comparer<RowTag>.Create((one, other) => one.Tag.CompareTo(other.Tag));

    private readonly record struct Row(long Line, int Tag, int Tags, int Consent, int Consents, int Next);
}
