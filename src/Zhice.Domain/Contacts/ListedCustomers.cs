using System.Collections.Immutable;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Contacts;

/// <summary>
/// Who is on the do-not-contact lists that name static audiences, by the lists' places in a policy. A list that was not read
/// has everyone: a doubt is settled against the contact.
/// </summary>
public sealed class ListedCustomers
{
    private readonly ImmutableArray<CustomerSet> _sets;

    private ListedCustomers(IEnumerable<CustomerSet> sets) => _sets = [.. sets];

    /// <summary>No list was read.</summary>
    public static ListedCustomers Unread { get; } = new([]);

    /// <summary>Who is on the lists of a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="find">The members of a static audience, by its id; null for one that is not there.</param>
    public static ListedCustomers Create(ContactPolicy policy, Func<string, CustomerSet?> find) => new(policy.DoNotContact.Select(list =>
        list.AudienceId is { } audienceId ? find(audienceId) ?? CustomerSet.Everyone : CustomerSet.Nobody));

    /// <summary>Who was on the lists when a decision was made, as far as it tells: so that it can be made again.</summary>
    /// <param name="refusing">The places of the lists that refused a contact.</param>
    /// <param name="policy">The policy.</param>
    public static ListedCustomers AsThen(IReadOnlySet<int> refusing, ContactPolicy policy) =>
        new(
            Enumerable.Range(0, policy.DoNotContact.Length)
                .Select(place => refusing.Contains(place) ? CustomerSet.Everyone : CustomerSet.Nobody));

    /// <summary>Whether a customer is on a list that names an audience.</summary>
    /// <param name="place">The list's place.</param>
    /// <param name="customer">The hash of the customer's id, see <see cref="CustomerSet.Hash"/>.</param>
    /// <remarks>Hot path; allocates nothing.</remarks>
    public bool Has(int place, ulong customer) => place >= _sets.Length || _sets[place].Has(customer);
}
