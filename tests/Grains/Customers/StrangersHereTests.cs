using Zhice.Grains.Customers;

namespace Zhice.Grains.Tests.Customers;

/// <summary>Customers of whom nothing is kept, and who are called all the same.</summary>
public sealed class StrangersHereTests
{
    [Fact]
    public void However_many_are_called_only_the_last_of_them_stay_in_memory()
    {
        var (here, all) = (new UnsavedCustomers(3), Enumerable.Range(0, 10).Select(static _ => new Stranger()).ToList());

        all.ForEach(here.Add);

        Assert.Equal([.. Enumerable.Repeat(true, 7), false, false, false], all.Select(static stranger => stranger.HasLeft));
    }

    private sealed class Stranger : IUnsavedCustomer
    {
        public bool HasLeft { get; private set; }

        public void LeaveIfUnknown() => HasLeft = true;
    }
}
