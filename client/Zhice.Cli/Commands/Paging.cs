namespace Zhice.Cli.Commands;

/// <summary>Reads lists that the API gives in pages.</summary>
internal static class Paging
{
    /// <summary>The first so many of a list.</summary>
    /// <param name="maxCount">How many at the most.</param>
    /// <param name="page">Gives a page of at most so many from a token, and the token of the next.</param>
    public static async Task<List<T>> TakeAsync<T>(int maxCount, Func<int, string, Task<(IEnumerable<T> Items, string NextToken)>> page)
    {
        var taken = new List<T>();
        var token = "";
        do
        {
            var (items, next) = await page(maxCount - taken.Count, token).ConfigureAwait(false);
            taken.AddRange(items);
            token = next;
        }
        while (token.Length > 0 && taken.Count < maxCount);

        return taken;
    }
}
