namespace Zhice.Case;

/// <summary>Which customers are active: some of all, drawn at random, the same in each program.</summary>
public static class ActiveCustomers
{
    /// <summary>Their numbers, each once, in no order.</summary>
    /// <param name="active">How many.</param>
    /// <param name="of">Of how many customers, whose numbers begin with 0.</param>
    public static int[] Pick(int active, int of)
    {
        var numbers = Enumerable.Range(0, of).ToArray();
        new Random(1).Shuffle(numbers);
        return numbers[..Math.Min(active, of)];
    }
}
