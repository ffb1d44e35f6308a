using System.Buffers;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Tags;

namespace Zhice.Domain.Bulk;

/// <summary>
/// Brings a row of bulk data into a customer's state, as of the instant at which the data was true. Of two imports the
/// one as of later wins, in whichever order they come; what anything else wrote at that instant or later stays. Merging
/// the same row again changes nothing.
/// <para>
/// A consent counts by the time at which the customer said it; one that has no time is as of the import. A grant without a
/// time is a copy of what somebody knew: it never ends what the customer refused in another way than by an import.
/// </para>
/// </summary>
/// <remarks>
/// Budget: 2 us for 60 tags. Tags keep their time to the second, so a live value of the very second of the import counts
/// as later: a doubt is settled for what the customer did.
/// </remarks>
/// <param name="Mode">What a row says about tags that it leaves out.</param>
/// <param name="AsOfMs">When the data was true, unix milliseconds.</param>
public readonly record struct CustomerMerge(ImportMode Mode, long AsOfMs)
{
    private const int TagsOnStack = 128;

    /// <summary>What proves the consents of the rows, for the history; empty: nothing.</summary>
    public string EvidenceId { get => field ?? ""; init; }

    /// <summary>When the rows are recorded, unix milliseconds.</summary>
    public long RecordedAtMs { get; init; }

    /// <summary>The state with the row merged in; null when that changes nothing.</summary>
    /// <param name="before">The state, which stays as it is; null for a customer never heard of.</param>
    /// <param name="row">The row.</param>
    public CustomerState? Apply(CustomerState? before, CustomerRow row)
    {
        var old = before?.Tags ?? Nothing;
        var maxCount = old.Count + row.Tags.Length;
        var rented = ArrayPool<TagEntry>.Shared.Rent(Math.Max(maxCount, TagsOnStack));
        try
        {
            var (count, isChanged) = Merge(old, row.Tags, rented);
            List<ConsentStatement>? news = null;
            var consents = Merge(before?.Consents, row.Consents, ref news);
            if (!isChanged && consents is null && before is not null)
            {
                return null;
            }

            // What the row does not touch is shared: committed states never change.
            var after = before ?? new CustomerState();
            var merged = after.With(
                isChanged ? TagSet.Create(rented.AsSpan(0, count)) : after.Tags,
                consents ?? after.Consents);

            // A customer may have several rows: what the earlier ones said is still to be kept.
            merged.Effects = after.Effects;
            news?.ForEach((merged.Effects ??= new()).Keep);
            return merged;
        }
        finally
        {
            // Texts are customers' data: they must not stay reachable from the pool.
            ArrayPool<TagEntry>.Shared.Return(rented, clearArray: true);
        }
    }

    private static TagSet Nothing { get; } = new();

    // Two lists in the order of numbers become one.
    private (int Count, bool IsChanged) Merge(TagSet old, ReadOnlySpan<RowTag> row, Span<TagEntry> merged)
    {
        var (count, at, isChanged) = (0, 0, false);
        foreach (var entry in old)
        {
            for (; at < row.Length && row[at].Tag < entry.Tag; at++)
            {
                merged[count++] = ToTagEntry(row[at]);
                isChanged = true;
            }

            if (at < row.Length && row[at].Tag == entry.Tag)
            {
                var next = GivesWay(entry) ? ToTagEntry(row[at]) : entry;
                isChanged |= next != entry;
                merged[count++] = next;
                at++;
            }
            else if (Mode == ImportMode.Full && entry.Source == TagSource.Import && GivesWay(entry))
            {
                isChanged = true;
            }
            else
            {
                merged[count++] = entry;
            }
        }

        for (; at < row.Length; at++)
        {
            merged[count++] = ToTagEntry(row[at]);
            isChanged = true;
        }

        return (count, isChanged);
    }

    private bool GivesWay(in TagEntry entry)
    {
        var (written, asOf) = (entry.WrittenAtMs / 1000, AsOfMs / 1000);
        return entry.Source == TagSource.Import ? written <= asOf : written < asOf;
    }

    private TagEntry ToTagEntry(in RowTag tag) =>
        new(tag.Tag, tag.Bits, tag.Text, AsOfMs / 1000 * 1000, TagSource.Import, tag.ExpiresAtMs);

    // Null when nothing is said that is newer than what was said.
    private ConsentSet? Merge(ConsentSet? old, ReadOnlySpan<RowConsent> row, ref List<ConsentStatement>? news)
    {
        ConsentSet? merged = null;
        foreach (ref readonly var said in row)
        {
            var (known, atMs) = (merged ?? old ?? NothingSaid, said.AtMs ?? AsOfMs);
            if (known.IsNews(said.Channel, said.Purpose, said.IsGranted, atMs)
                && (said.AtMs is not null || !OverridesCustomer(known, said)))
            {
                merged ??= known.Clone();
                var word = new ConsentStatement(said.Channel, said.Purpose, said.IsGranted, atMs)
                {
                    Source = ConsentSource.Import, EvidenceId = EvidenceId, RecordedAtMs = RecordedAtMs,
                };
                merged.Set(word);
                (news ??= []).Add(word);
            }
        }

        return merged;
    }

    private static ConsentSet NothingSaid { get; } = new();

    private static bool OverridesCustomer(ConsentSet known, in RowConsent said)
    {
        foreach (var entry in known.Entries)
        {
            if (entry.Channel == said.Channel && entry.Purpose == said.Purpose)
            {
                return said.IsGranted && !entry.IsGranted && entry.Source != ConsentSource.Import;
            }
        }

        return false;
    }
}
