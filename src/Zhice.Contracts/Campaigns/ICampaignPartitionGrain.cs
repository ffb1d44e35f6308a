using System.Globalization;
using Zhice.Contracts.Audiences;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Contacts;

namespace Zhice.Contracts.Campaigns;

/// <summary>
/// One bucket's part of a run, keyed "campaign/run/bucket": it has the customers of its bucket that the audience holds
/// for take their turn, page by page. Which customers a page has is kept before the first of them is asked, so that
/// whatever breaks, the same ones are asked again, and nobody is counted twice.
/// </summary>
[Alias("zhice.campaign-part")]
public interface ICampaignPartitionGrain : IGrainWithStringKey
{
    /// <summary>Works for about a second, or until so many were contacted, or to the end, if the driver has looked before.</summary>
    [Alias("Work")]
    ValueTask<PartitionReport> Work(PartitionWork order);

    /// <summary>The campaign, the run and the bucket of a part, by its key.</summary>
    static (string CampaignId, long Run, int Bucket) ParseKey(string key)
    {
        var bucketAt = key.LastIndexOf('/');
        var runAt = key.LastIndexOf('/', bucketAt - 1);
        return (
            key[..runAt],
            long.Parse(key.AsSpan(runAt + 1, bucketAt - runAt - 1), NumberStyles.None, CultureInfo.InvariantCulture),
            int.Parse(key.AsSpan(bucketAt + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// How far it is, and what it has under way. From then on it takes orders of this driver, and of none before it. A part that
    /// is not begun asks its campaign first: that of a run that is over is not begun any more.
    /// </summary>
    [Alias("Look")]
    ValueTask<PartitionReport> Look(long driver);

    /// <summary>
    /// Ends the part: from then on it takes no orders of an earlier driver, and nobody is asked any more. Of the customers that it
    /// has under way those who were contacted are counted. It fails while one of them cannot be asked.
    /// </summary>
    /// <param name="driver">Which activation of the campaign says so.</param>
    /// <param name="givesUp">Whether who cannot be asked is counted as failed instead.</param>
    [Alias("Close")]
    ValueTask<PartitionReport> Close(long driver, bool givesUp);

    /// <summary>Leaves a customer out who was erased: of the page under way, and of those whose states cannot be read.</summary>
    /// <returns>False when the part does not name the customer.</returns>
    [Alias("LeaveOut")]
    ValueTask<bool> LeaveOut(string customerId);

    /// <summary>Forgets the part: its run is over, and its figures are kept with the campaign.</summary>
    [Alias("Forget")]
    ValueTask Forget();
}

/// <summary>What a part is to do.</summary>
/// <param name="Campaign">What is asked of each customer.</param>
/// <param name="Run">Which run.</param>
/// <param name="Bucket">Whose customers, 0 to 1,023.</param>
/// <param name="Question">Who is asked for, by the bucket's index.</param>
/// <param name="Driver">Which activation of the campaign says so: of two, the later one counts.</param>
/// <param name="Limit">How many customers it may ask to be contacted.</param>
[GenerateSerializer, Immutable, Alias("zhice.part-order")]
public sealed record PartitionWork(
    [property: Id(0)] CampaignSpec Campaign,
    [property: Id(1)] long Run,
    [property: Id(2)] int Bucket,
    [property: Id(3)] AudienceQuestion Question,
    [property: Id(4)] long Driver,
    [property: Id(5)] int Limit);

/// <summary>How far a part is.</summary>
/// <param name="Counts">What became of its customers so far.</param>
/// <param name="IsDone">Whether all had their turn.</param>
/// <param name="UnderWay">How many were picked to be asked and had no turn yet: they may be contacted already.</param>
/// <param name="Trouble">What keeps it from going on; empty: nothing.</param>
/// <param name="PauseMs">How long it is of no use to have it work, in milliseconds; 0: that is not known.</param>
[GenerateSerializer, Immutable, Alias("zhice.part-report")]
public sealed record PartitionReport(
    [property: Id(0)] RunCounts Counts, [property: Id(1)] bool IsDone, [property: Id(2)] int UnderWay, [property: Id(3)] string Trouble,
    [property: Id(4)] long PauseMs = 0)
{
    /// <summary>Customers who had no turn as their states cannot be read; null from a silo that does not tell.</summary>
    [Id(5)]
    public UnreadableCustomers? Unreadable { get; init; }
}
