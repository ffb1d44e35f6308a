using System.Text;
using Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Effects;
using Zhice.Domain.Primitives;
using Zhice.Storage.Backends;
using Zhice.Storage.Consents;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Consents;

/// <summary>What each back end must do with the history of consent.</summary>
public abstract class ConsentStoreContract(Backend backend) : IAsyncLifetime
{
    private const long Start = 1_800_000_000_000;

    private readonly TempFolder _folder = new();
    private IBackend _store = null!;

    public async ValueTask InitializeAsync() => _store = await backend.OpenAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Words_are_kept_with_their_state_and_found_the_latest_first_by_when_they_were_said()
    {
        ConsentStatement[] words =
        [
            new(2, Purpose.Marketing, IsGranted: false, Start + 29) { Source = ConsentSource.TextMessage, RecordedAtMs = Start + 29 },
            new(
                2, Purpose.Marketing, IsGranted: true,
                Start + 28) { Source = ConsentSource.Form, EvidenceId = "表-7", Actor = "wang", RecordedAtMs = Start + 30 },
            new(0, Purpose.Personalization, IsGranted: true, Start + 29) { Source = ConsentSource.App, RecordedAtMs = Start + 31 },
        ];
        var version = await KeepAsync("客户+/020235", 0, words[0]);
        version = await KeepAsync("客户+/020235", version, words[1]);
        await KeepAsync("客户+/020235", version, words[2]);
        await KeepAsync("other", 0, words[0]);

        Assert.Equal([words[2], words[0], words[1]], await AllAsync("客户+/020235", 100));
        Assert.Equal([words[2], words[0], words[1]], await AllAsync("客户+/020235", 1));
        Assert.Empty(await AllAsync("nobody", 100));
    }

    [Fact]
    public async Task A_word_that_is_repeated_is_kept_once_and_one_of_other_evidence_beside_it()
    {
        var word = new ConsentStatement(2, Purpose.Marketing, IsGranted: false, Start) { EvidenceId = "a", RecordedAtMs = Start };
        var version = await KeepAsync("a", 0, word, word);
        version = await KeepAsync("a", version, word with { RecordedAtMs = Start + 5, Actor = "again" });
        await KeepAsync("a", version, word with { EvidenceId = "b" });

        Assert.Equal(["b", "a"], (await AllAsync("a", 100)).Select(static kept => kept.EvidenceId));
    }

    [Fact]
    public async Task A_stale_write_keeps_no_word()
    {
        await KeepAsync("a", 0, new ConsentStatement(2, Purpose.Marketing, IsGranted: false, Start));
        var effects = new CommitEffects();
        effects.Keep(new(2, Purpose.Marketing, IsGranted: true, Start + 1));
        Assert.False((await _store.WriteAsync([StateWrite.Create(Keys.Customer("a"), 77, [1], effects)]))[0].IsWritten);
        Assert.Single(await AllAsync("a", 100));
    }

    [Fact]
    public async Task New_customers_in_bulk_have_their_words_kept_too()
    {
        var effects = new CommitEffects();
        effects.Keep(
            new(
                2, Purpose.Marketing, IsGranted: true,
                Start) { Source = ConsentSource.Import, EvidenceId = "import-1", RecordedAtMs = Start });
        var write = StateWrite.Create(Keys.Customer("new"), 0, [1], effects);
        if (!await _store.Bulk.TryInsertAsync([write]))
        {
            Assert.True((await _store.Bulk.WriteAsync([write]))[0].IsWritten);
        }

        Assert.Equal("import-1", Assert.Single(await AllAsync("new", 100)).EvidenceId);
    }

    private async Task<long> KeepAsync(string customer, long expected, params ConsentStatement[] words)
    {
        var effects = new CommitEffects();
        Array.ForEach(words, effects.Keep);
        var outcome = (await _store.WriteAsync([StateWrite.Create(Keys.Customer(customer), expected, [1], effects)]))[0];
        Assert.True(outcome.IsWritten);
        return outcome.Version;
    }

    private async Task<List<ConsentStatement>> AllAsync(string customer, int atOnce)
    {
        var words = new List<ConsentStatement>();
        for (StatementPosition? last = null; await _store.Consents.ListAsync(customer, last, atOnce) is { Count: > 0 } page; last = page[^1].Place)
        {
            words.AddRange(page.Select(static kept => kept.Word));
        }

        return words;
    }
}

/// <summary>The history of consent in memory.</summary>
public sealed class MemoryConsentTests() : ConsentStoreContract(Backend.Memory);

/// <summary>The history of consent in SQLite.</summary>
public sealed class SqliteConsentTests() : ConsentStoreContract(Backend.Sqlite);

/// <summary>The history of consent in PostgreSQL.</summary>
public sealed class PostgresConsentTests() : ConsentStoreContract(Backend.Postgres);
