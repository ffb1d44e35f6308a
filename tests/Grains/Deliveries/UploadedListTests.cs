using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Broadcasts;
using Zhice.Contracts.Catalogs;
using Zhice.Contracts.Deliveries;
using Zhice.Domain.Primitives;
using Zhice.Grains.Deliveries;
using Zhice.Storage.Backends;

namespace Zhice.Grains.Tests.Deliveries;

/// <summary>Do-not-contact lists that name an uploaded audience, on two silos.</summary>
public sealed class UploadedListTests(DeliveryGrid grid) : IClassFixture<DeliveryGrid>
{
    [Fact]
    public async Task Once_a_version_is_told_no_silo_decides_or_hands_over_a_contact_of_a_member()
    {
        await UploadAsync("dnc", "nobody");
        await grid.ApplyAsync(Naming("dnc"));
        var contactId = await grid.SendAsync("stays", "push_text", "ring");
        await grid.SendAsync("joins", "push_text", "ring");
        await grid.SendAsync("joins-counted", "sms_text", "ring");
        Assert.Equal((0, 1), await grid.UseAsync("joins"));
        Assert.Equal((1, 0), await grid.UseAsync("joins-counted"));
        Assert.Equal(ReasonCode.Offered, await ReasonAsync("joins-early"));

        Assert.Equal(new AppliedCount(2, 2), await UploadAsync("dnc", "joins", "joins-counted", "joins-early"));

        Assert.All(
            [0, 1],
            silo =>
                Assert.NotEqual(
                    -1,
                    grid.Services(silo).GetRequiredService<ICatalogs>().Current.ContactPolicy.FindList(
                        new(new(), grid.Services(silo).GetRequiredService<ICatalogs>().Current, [], 1) { Id = "joins" })));
        Assert.Equal(ReasonCode.DoNotContact, await ReasonAsync("joins-early"));
        Assert.Equal(ReasonCode.Offered, await ReasonAsync("stays-early"));
        Assert.Equal([contactId], [.. await TakeAsync("ring", 0), .. await TakeAsync("ring", 1)]);
        Assert.Equal((0, 0), await grid.UseAsync("joins"));
        Assert.Equal((0, 0), await grid.UseAsync("joins-counted"));
        Assert.Equal(
            2,
            (await Records.ListCounts("spring", null, 1_000))
                .Where(static count => count is { ChannelId: "ring", Outcome: DeliveryOutcome.VoidPolicy })
                .Sum(static count => count.Count));

        await UploadAsync("dnc", "nobody");
        Assert.Equal(ReasonCode.Offered, await ReasonAsync("joins-early"));
        await grid.ApplyAsync(DeliveryGrid.CatalogOfSends());
    }

    [Fact]
    public async Task A_catalogue_that_names_an_audience_later_decides_by_its_version_then()
    {
        await UploadAsync("named_later", "early");
        Assert.Equal(ReasonCode.Offered, await ReasonAsync("early"));
        await grid.ApplyAsync(Naming("named_later"));
        Assert.Equal(ReasonCode.DoNotContact, await ReasonAsync("early"));
        await grid.ApplyAsync(DeliveryGrid.CatalogOfSends());
    }

    [Fact]
    public async Task A_catalogue_that_names_an_audience_which_is_no_uploaded_list_is_refused_with_what_would_be_right()
    {
        await UploadAsync("dnc_regulator", "one");
        await Book.Save(Saved("condition") with { Expression = "tags.age > 90" }, "");

        var unknown = await ApplyAsync(Naming("dnc_regulater"));
        Assert.Equal(
            (CatalogOutcome.Faulty, "contact_policy.do_not_contact[0].audience_id"), (unknown.Outcome, Assert.Single(unknown.Faults).Path));
        Assert.Contains("did you mean 'dnc_regulator'?", unknown.Faults[0].Description, StringComparison.Ordinal);
        var condition = await ApplyAsync(Naming("condition"));
        Assert.Contains("is a condition, not an uploaded list", Assert.Single(condition.Faults).Description, StringComparison.Ordinal);
    }

    private static V1.Catalog Naming(string audienceId)
    {
        var catalog = DeliveryGrid.CatalogOfSends();
        catalog.ContactPolicy ??= new();
        catalog.ContactPolicy.DoNotContact.Add(new V1.DoNotContactList { ListId = "regulator", AudienceId = audienceId });
        return catalog;
    }

    private ISavedAudiencesGrain Book => grid.Grains.GetGrain<ISavedAudiencesGrain>(ISavedAudiencesGrain.Key);

    private IDeliveryRecordsGrain Records => grid.Grains.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);

    private ValueTask<CatalogAnswer> ApplyAsync(V1.Catalog catalog) =>
        grid.Grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key)
            .Apply(new CatalogChange { Definition = catalog.ToByteArray(), ValidateOnly = true });

    // As an upload does it.
    private async Task<AppliedCount> UploadAsync(string audienceId, params string[] customers)
    {
        var list = $"{audienceId}/{Guid.NewGuid():n}";
        foreach (var part in customers.GroupBy(static id => CustomerBucket.ForId(Encoding.UTF8.GetBytes(id))))
        {
            await grid.Grains.GetGrain<IAudienceListGrain>($"{list}/{part.Key}").Add([.. part]);
        }

        var saved = (await Book.Save(Saved(audienceId) with { List = list, Listed = customers.Length }, ""))!;
        return await grid.Grains.GetGrain<IAudienceBroadcastGrain>(IAudienceBroadcastGrain.Key)
            .Apply(audienceId, saved.Version, TimeSpan.FromSeconds(20));
    }

    private static SavedAudience Saved(string audienceId) =>
        new() { Id = audienceId, DisplayName = audienceId, Expression = "", Author = "li", SavedAtMs = 1 };

    private async Task<ReasonCode> ReasonAsync(string customerId) =>
        (
            await grid.Customer(customerId).Recommend(new("app_home", 5, [], "", 0))).Verdicts.Single(verdict =>
                verdict.Action == grid.Catalog.ActionsById["deposit"].Number).Reason;

    private async Task<string[]> TakeAsync(string channel, int silo)
    {
        var (services, nowMs) = (grid.Services(silo), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        var leased = (await services.GetRequiredService<IStores>().Outbox.LeaseAsync(new(channel, [.. Enumerable.Repeat((byte)1, 1024)], 10, nowMs, nowMs + 60_000, 5))).Contacts;
        return [.. (await services.GetRequiredService<HandOvers>().AllowedAsync(leased)).Select(static contact => contact.ContactId)];
    }
}
