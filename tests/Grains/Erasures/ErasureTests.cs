using System.IO.Compression;
using System.Reflection;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Zhice.Contracts.Audiences;
using Zhice.Contracts.Bulk;
using Zhice.Contracts.Customers;
using Zhice.Contracts.Deliveries;
using Zhice.Contracts.Erasures;
using Zhice.Contracts.HandOffs;
using Zhice.Contracts.Journeys;
using Zhice.Domain.Campaigns;
using Zhice.Domain.Customers;
using Zhice.Domain.Faults;
using Zhice.Domain.Primitives;
using Zhice.Domain.Tags;
using Zhice.Grains.Erasures;
using Zhice.Storage;
using Zhice.Storage.Erasures;
using Zhice.Storage.Evaluations;

namespace Zhice.Grains.Tests.Erasures;

/// <summary>Customers who are erased, with all that grains and files have of them.</summary>
public sealed class ErasureTests(MemoryGrid grid) : IClassFixture<MemoryGrid>
{
    private static long NowMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private GroupCommitStorage Stores => grid.Store;

    [Fact]
    public async Task All_that_is_known_of_a_customer_goes_at_once_and_the_certificate_names_it()
    {
        const string Id = "erased-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        await grid.HappenAsync("neighbour", grid.Event("login"));
        var held = await grid.Grains.Customer(Id).Hold(new HoldRequest("x1", "push_text", "li", NowMs + 86_400_000, "", "hold-1", 0));
        Assert.Equal(HoldResult.Held, held.Result);
        await grid.Grains.Customer(Id).UpdateConsent(new(0, Purpose.Personalization, false, "c1", 0));
        var bucket = CustomerBucket.ForId(Encoding.UTF8.GetBytes(Id));
        var list = grid.Grains.GetGrain<IAudienceListGrain>($"vip/1/{bucket}");
        await list.Add([Id, "neighbour"]);
        await Stores.Evaluations.WriteAsync(new("spring", 1, (short)bucket, 0, PageOf(Id, "neighbour")));
        await Stores.Evaluations.WriteAsync(new("trigger", 1, EvaluationRow.TriggerShard, 7, PageOf(Id)));
        var notes = grid.Grains.GetGrain<IJourneyChangesGrain>("steps");
        await notes.Keep(new(new(JourneyChangeKind.Exit, 1, 0, "n1", 0), NowMs, "wang", "", "", Id, ""));
        await notes.Keep(new(new(JourneyChangeKind.Exit, 1, 0, "n2", 0), NowMs, "wang", "", "", "neighbour", ""));
        Assert.Contains(Id, await MembersAsync(bucket));
        Assert.Contains(Id, await WaitingAsync());

        var record = await EraseAsync(Id, "r1");

        Assert.NotNull(record.EndedAtMs);
        Assert.Equal(("wang", "the customer asked", 64), (record.Actor, record.Reason, record.IdHash.Length));
        var removed = record.Removed.ToDictionary(static count => count.Place, static count => count.Rows);
        Assert.Equal(
            (1, 1, 2, 1), (removed["grain_state"], removed["audience-list"], removed["campaign_evaluation"], removed["journey-changes"]));
        Assert.True(removed["contact_ledger"] >= 1 && removed["consent_word"] == 1);
        Assert.Contains(record.Kept, static kept => kept.Place == "models");

        Assert.Null(await grid.Grains.Customer(Id).Find());
        Assert.DoesNotContain(Id, await MembersAsync(bucket));
        Assert.DoesNotContain(Id, await WaitingAsync());
        Assert.Equal(["neighbour"], await list.All());
        Assert.Equal(["neighbour"], (await notes.List()).Select(static note => note.CustomerId));
        Assert.Equal(
            ["neighbour"],
            EvaluationPage.FromBytes((await Stores.Evaluations.ListAsync("spring", 1, (short)bucket, 0, (short)bucket, 1))[0].Evaluations)
                .Select(static each => each.CustomerId));
        Assert.Empty(
            EvaluationPage.FromBytes(
                (
                    await Stores.Evaluations.ListAsync(
                        "trigger", 1, EvaluationRow.TriggerShard, 0, EvaluationRow.TriggerShard, 1))[0].Evaluations));
        Assert.NotNull(await grid.Grains.Customer("neighbour").Find());
        Assert.Contains("neighbour", await WaitingAsync());
    }

    [Fact]
    public async Task A_late_event_brings_nobody_back_and_a_lifted_tombstone_lets_the_customer_come_again()
    {
        const string Id = "late-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        await EraseAsync(Id, "r1");

        Assert.Equal([EventOutcome.Erased, EventOutcome.Erased], await grid.HappenAsync(Id, grid.Event("visit"), grid.Event("visit")));
        await Assert.ThrowsAsync<CustomerErasedException>(() =>
            grid.Grains.Customer(Id).UpdateConsent(new(0, Purpose.Personalization, false, "c1", 0)).AsTask());
        Assert.NotNull(await grid.Grains.Customer(Id).Recommend(new RecommendQuery("sms_text", 1, [], "", 0)));
        Assert.Null(await grid.Grains.Customer(Id).Find());

        Assert.True(await grid.Grains.GetGrain<IErasureGrain>(Id).Lift());
        await grid.HappenAsync(Id, grid.Event("visit"));
        Assert.NotNull(await grid.Grains.Customer(Id).Find());
    }

    [Fact]
    public async Task Lists_notes_and_decisions_keep_nothing_of_an_erased_customer_who_is_named_again()
    {
        const string Id = "named-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        await EraseAsync(Id, "r1");

        var list = grid.Grains.GetGrain<IAudienceListGrain>($"again/1/{CustomerBucket.ForId(Encoding.UTF8.GetBytes(Id))}");
        Assert.Equal(1, await list.Add([Id, "neighbour"]));
        Assert.Equal(["neighbour"], await list.All());

        var notes = grid.Grains.GetGrain<IJourneyChangesGrain>("again");
        JourneyChangeNote Note(string id) => new(new(JourneyChangeKind.Restart, 1, 0, id, 0), NowMs, "wang", "", "", id, "");
        await Assert.ThrowsAsync<CustomerErasedException>(() => notes.Keep(Note(Id)).AsTask());
        await notes.Keep(Note("neighbour"));
        Assert.Equal(["neighbour"], (await notes.List()).Select(static note => note.CustomerId));

        var decision = await grid.Grains.Customer(Id).Recommend(new RecommendQuery("sms_text", 1, [], "", 0));
        Assert.Null(await grid.Grains.Customer(Id).Explain(decision.Id));
        decision = await grid.Grains.Customer("stranger").Recommend(new RecommendQuery("sms_text", 1, [], "", 0));
        Assert.NotNull(await grid.Grains.Customer("stranger").Explain(decision.Id));
    }

    [Fact]
    public async Task A_file_with_rows_of_an_erased_customer_goes_when_its_import_ends()
    {
        const string Id = "rows-6217000010000002026";
        await EraseAsync(Id, "r1");
        var record = await ImportAsync($"customer_id\n{Id}\n", "1");
        Assert.Equal((1, 1), (record.Progress.Rejected, record.Progress.Erased));
        var searched = await grid.Grains.GetGrain<IHeldDataGrain>("any").Collect(Id);
        Assert.All(searched, static part => Assert.Empty(part.Entries));

        record = await ImportAsync("customer_id\nrows-neighbour\n", "2");
        Assert.Equal((1, 0), (record.Progress.Loaded, record.Progress.Erased));
        Assert.Single(new DirectoryInfo(grid.Folder).GetFiles(), file => file.Name.Length == 64);

        async Task<BulkRecord> ImportAsync(string text, string operationId)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            await File.WriteAllBytesAsync(Path.Combine(grid.Folder, sha256), bytes, TestContext.Current.CancellationToken);
            var operation = grid.Grains.GetGrain<IBulkOperationGrain>(operationId.PadLeft(32, '0'));
            await operation.Begin(BulkKind.Import, new V1.ImportRequest { Sha256 = sha256, Format = V1.BulkFormat.Csv }.ToByteArray());
            var ended = await operation.WaitForEnd(TimeSpan.FromSeconds(20));
            Assert.Equal((BulkPhase.Done, BulkFault.None), (ended!.Phase, ended.Fault));
            return ended;
        }
    }

    [Fact]
    public async Task A_request_that_is_repeated_gives_the_same_certificate_and_another_one_its_own()
    {
        const string Id = "twice-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        var first = await EraseAsync(Id, "r1");
        var again = await EraseAsync(Id, "r1");
        var other = await EraseAsync(Id, "r2");

        Assert.Equal((first.Number, first.EndedAtMs, first.Removed.Length), (again.Number, again.EndedAtMs, again.Removed.Length));
        Assert.True(other.Number > first.Number && other.IdHash == first.IdHash);
        Assert.Empty(other.Removed);
    }

    [Fact]
    public async Task An_erasure_that_broke_off_at_any_step_goes_on_from_its_request()
    {
        const string Id = "broken-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        var begun = await Stores.Erasures.BeginAsync(Id, new("r1", "wang", "asked", NowMs));
        await Stores.Erasures.RemoveStateAsync(Id, begun);

        Assert.Contains(await Stores.Erasures.ListOpenAsync(100), request => request.CustomerId == Id);
        var ended = await EraseAsync(Id, "r1");

        Assert.Equal("asked", ended.Reason);
        Assert.Contains(ended.Removed, static count => count is { Place: "grain_state", Rows: 1 });
        Assert.Contains(ended.Removed, static count => count.Place == "customer_timer" || count.Place == "contact_ledger");
        Assert.DoesNotContain(await Stores.Erasures.ListOpenAsync(100), request => request.CustomerId == Id);
    }

    [Fact]
    public async Task Whom_a_backup_brought_back_is_erased_again()
    {
        const string Id = "restored-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        await EraseAsync(Id, "r1");
        var erasures = grid.Grains.GetGrain<IErasuresGrain>("any");
        var tombstones = await erasures.Tombstones();
        Assert.True(await grid.Grains.GetGrain<IErasureGrain>(Id).Lift());
        await grid.HappenAsync(Id, grid.Event("login"));

        Assert.Equal(1, await erasures.Apply(tombstones, "li"));

        Assert.Null(await grid.Grains.Customer(Id).Find());
        Assert.Equal(0, await erasures.Apply(new([], []), "li"));
        Assert.Null(await erasures.Apply(new(new byte[32], []), "li"));
        Assert.Contains(await erasures.List(null, 10), static record => record is { Actor: "li", Reason: "brought back by a backup" });
    }

    [Fact]
    public async Task Files_with_the_customer_are_removed_and_those_that_cannot_be_searched_are_named()
    {
        const string Id = "filed-6217000010000002026";
        await File.WriteAllTextAsync(
            Path.Combine(grid.Folder, "a.export"), $"customer_id,x\n{new string('1', 2_000_000)},1\n{Id},1\n",
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(grid.Folder, "b.export"), "customer_id,x\nother,1\n", TestContext.Current.CancellationToken);
        await using (var packed = new GZipStream(File.Create(Path.Combine(grid.Folder, "c.rejects.csv")), CompressionLevel.Fastest))
        {
            await packed.WriteAsync(Encoding.UTF8.GetBytes($"line,{Id}\n"), TestContext.Current.CancellationToken);
        }

        await File.WriteAllBytesAsync(
            Path.Combine(grid.Folder, "d.export"), [.. "PAR1"u8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], TestContext.Current.CancellationToken);

        var record = await EraseAsync(Id, "r1");

        Assert.Equal(
            ["b.export", "d.export"],
            new DirectoryInfo(grid.Folder).GetFiles().Select(static file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["file:a.export", "file:c.rejects.csv"],
            record.Removed.Where(static count => count.Place.StartsWith("file:", StringComparison.Ordinal))
                .Select(static count => count.Place));
        Assert.Contains(record.Kept, static kept => kept.Place == "file:d.export");
        File.Delete(Path.Combine(grid.Folder, "d.export"));
    }

    [Fact]
    public void Every_kind_of_grain_that_keeps_state_is_named_with_what_it_has_of_a_customer()
    {
        var kinds = typeof(ErasureOptions).Assembly.GetTypes()
            .Where(static type =>
                type.GetConstructors()
                    .SelectMany(static made => made.GetParameters())
                    .Any(static parameter => parameter.IsDefined(typeof(PersistentStateAttribute))))
            .Select(static type =>
                (string)type.GetCustomAttributesData().First(
                    static data => data.AttributeType == typeof(GrainTypeAttribute)).ConstructorArguments[0].Value!);

        Assert.Equal(
            CustomerGrainStates.WithCustomers.Concat(CustomerGrainStates.WithoutCustomers).Order(StringComparer.Ordinal),
            kinds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_that_an_erasure_removes_is_shown_before_and_nothing_after()
    {
        const string Id = "shown-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        await grid.Grains.Customer(Id).UpdateConsent(new(0, Purpose.Personalization, false, "c1", 0));
        var bucket = CustomerBucket.ForId(Encoding.UTF8.GetBytes(Id));
        await grid.Grains.GetGrain<IAudienceListGrain>($"club/1/{bucket}").Add([Id]);
        await Stores.Evaluations.WriteAsync(new("autumn", 1, (short)bucket, 0, PageOf(Id)));
        await grid.Grains.GetGrain<IJourneyChangesGrain>("steps")
            .Keep(new(new(JourneyChangeKind.Exit, 1, 0, "n3", 0), NowMs, "wang", "", "", Id, ""));
        var data = grid.Grains.GetGrain<IHeldDataGrain>("any");

        var shown = (await data.Collect(Id)).ToDictionary(static part => part.Place);
        var removed = (await EraseAsync(Id, "r1")).Removed.Select(static count => count.Place).Except(["grain_state"]);

        Assert.All(removed, place => Assert.NotEmpty(shown[place].Entries));
        Assert.Contains(
            "\"action\"", shown["outbox"].Entries[0].Replace("actionId", "action", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Personalization", shown["consent_word"].Entries[0], StringComparison.Ordinal);
        Assert.Contains("login", shown["state.PastEvents"].Entries[0], StringComparison.Ordinal);
        Assert.Contains("club/1", shown["audience-list"].Entries[0], StringComparison.Ordinal);
        Assert.All(await data.Collect(Id), static part => Assert.Empty(part.Entries));
    }

    [Fact]
    public void Every_part_of_a_state_and_every_table_with_customers_is_shown()
    {
        Assert.Equal(
            typeof(CustomerState)
                .GetProperties()
                .Where(static property => property.PropertyType.IsClass && property.Name != nameof(CustomerState.Effects))
                .Select(static property => property.Name)
                .Order(),
            HeldState.Parts.Select(static part => part.Part).Order());
    }

    [Fact]
    public async Task Deleted_tags_are_gone_also_live_ones_with_what_they_are_computed_from()
    {
        const string Id = "tagged-6217000010000002026";
        await grid.HappenAsync(Id, grid.Event("login"));
        var customer = grid.Grains.Customer(Id);
        var tag = grid.Catalog.Tags.First(static tag => tag.Live is null);
        await customer.UpdateTags(
            new(
                [new(tag.Number, TagOperation.Set, tag.Type == TagType.String ? TagValue.String("x") : TagValue.Integer(1), 0)], "t1", 1,
                TagSource.Api));
        Assert.Equal(1, (await customer.Find())!.State.Tags.Count);

        var deleted = await customer.DeleteTags(new([], IsAll: true, "d1", 5));

        var state = (await customer.Find())!.State;
        Assert.Equal((ChangeOutcome.Made, 0, 0), (deleted.Outcome, state.Tags.Count, state.LiveTags.Count));
        Assert.Equal(deleted.Version, (await customer.DeleteTags(new([], IsAll: true, "d1", 5))).Version);
        Assert.Equal(ChangeOutcome.RequestIdReused, (await customer.DeleteTags(new([tag.Number], IsAll: false, "d1", 6))).Outcome);
    }

    private static byte[] PageOf(params string[] customers) =>
        EvaluationPage.ToBytes(
            [.. customers.Select(static id => new CampaignEvaluation(id, ContactResult.From(EvaluationOutcome.Holdout), NowMs))]);

    private async Task<ErasureRecord> EraseAsync(string customerId, string requestId) =>
        await grid.Grains.GetGrain<IErasureGrain>(customerId).Erase(requestId, "wang", "the customer asked");

    private async Task<string[]> MembersAsync(int bucket) =>
        [.. (await grid.Grains.GetGrain<IBucketGrain>(bucket).Members(new AudienceQuestion("", NowMs), "", 1_000)).CustomerIds];

    private async Task<string[]> WaitingAsync()
    {
        var records = grid.Grains.GetGrain<IDeliveryRecordsGrain>(IDeliveryRecordsGrain.Key);
        return [.. (await records.ListWaiting("sms", "", long.MaxValue, null, 100)).Select(static line =>
            V1.OutboundContact.Parser.ParseFrom(line.Message).CustomerId)];
    }
}
