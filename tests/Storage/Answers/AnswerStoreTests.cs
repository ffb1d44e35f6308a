using Xunit;
using Zhice.Domain.Customers;
using Zhice.Domain.Effects;
using Zhice.Storage.States;

namespace Zhice.Storage.Tests.Answers;

/// <summary>What each back end does with answers that states have no room for.</summary>
public sealed class AnswerStoreTests
{
    private const long Now = 1_800_000_000_000;

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task Answers_are_kept_with_their_commit_and_found_by_customer_and_id(Backend backend)
    {
        using var folder = new TempFolder();
        await using var store = await backend.OpenAsync(folder);
        AnsweredRequest[] answers = [new(ulong.MaxValue, 7, Now, 3, [1, 0, 255]), new(5, ulong.MaxValue - 1, Now + 1, 4, [2])];

        Assert.True((await store.WriteAsync([Write("客户+/", 0, answers)]))[0].IsWritten);

        foreach (var answer in answers)
        {
            var found = (await store.Answers.FindAsync("客户+/", answer.IdHash))!.Value;
            Assert.Equal((answer.BodyHash, answer.AtMs, answer.Version), (found.BodyHash, found.AtMs, found.Version));
            Assert.Equal(answer.Answer, found.Answer);
        }

        Assert.Null(await store.Answers.FindAsync("客户+/", 6));
        Assert.Null(await store.Answers.FindAsync("客户", 5));
    }

    [Theory]
    [InlineData(Backend.Memory)]
    [InlineData(Backend.Sqlite)]
    [InlineData(Backend.Postgres)]
    public async Task A_stale_write_keeps_no_answers_and_a_repeated_one_keeps_them_once(Backend backend)
    {
        using var folder = new TempFolder();
        await using var store = await backend.OpenAsync(folder);
        var write = Write("a", 0, new AnsweredRequest(5, 1, Now, 3, [1]));
        var first = await store.WriteAsync([write]);

        Assert.Equal(first, await store.WriteAsync([write]));
        Assert.False((await store.WriteAsync([Write("a", 0, new AnsweredRequest(6, 1, Now, 3, [1]))]))[0].IsWritten);

        Assert.NotNull(await store.Answers.FindAsync("a", 5));
        Assert.Null(await store.Answers.FindAsync("a", 6));
    }

    internal static StateWrite Write(string customer, long expected, params AnsweredRequest[] answers)
    {
        var effects = new CommitEffects();
        foreach (var answer in answers)
        {
            effects.KeepAnswer(answer);
        }

        return StateWrite.Create(Keys.Customer(customer), expected, [1], effects);
    }
}
