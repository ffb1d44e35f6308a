namespace Zhice.SystemTests.Faults.Load;

/// <summary>What the callers know: of each customer, how many events were sent and how many acknowledged.</summary>
internal sealed class EventModel(string name, int customers)
{
    private readonly int[] _sent = new int[customers];
    private readonly int[] _acknowledged = new int[customers];
    private long _acknowledgedInAll;

    public int Customers => customers;

    public long Acknowledged => Volatile.Read(ref _acknowledgedInAll);

    /// <summary>How many were sent whose outcome nobody was told.</summary>
    public long Unknown => _sent.Sum(static sent => (long)sent) - Acknowledged;

    public string IdOf(int customer) => $"{name}-{customer:00000}";

    public void Send(int customer) => Interlocked.Increment(ref _sent[customer]);

    public void Acknowledge(int customer)
    {
        Interlocked.Increment(ref _acknowledged[customer]);
        Interlocked.Increment(ref _acknowledgedInAll);
    }

    /// <summary>How many acknowledged events of a customer are missing in what the store counted.</summary>
    public int Lost(int customer, long counted) => Math.Max(0, _acknowledged[customer] - (int)counted);

    /// <summary>How many events of a customer were counted above those that were sent.</summary>
    public int Doubled(int customer, long counted) => Math.Max(0, (int)counted - _sent[customer]);
}
