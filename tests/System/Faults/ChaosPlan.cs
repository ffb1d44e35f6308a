using System.Globalization;

namespace Zhice.SystemTests.Faults;

/// <summary>What befalls the grid.</summary>
internal enum Fault
{
    /// <summary>kill -9 of a silo, which its supervisor starts again.</summary>
    Kill,

    /// <summary>PostgreSQL is restarted as by a crash.</summary>
    RestartDatabase,

    /// <summary>SIGSTOP of a silo for 30 s, then SIGCONT.</summary>
    Freeze,
}

/// <summary>How many faults of each kind there are, and under which load. tests/Benchmarks/chaos.sh sets them.</summary>
/// <param name="Kills">ZHICE_CHAOS_KILLS.</param>
/// <param name="Restarts">ZHICE_CHAOS_RESTARTS.</param>
/// <param name="Freezes">ZHICE_CHAOS_FREEZES.</param>
/// <param name="EventsPerSecond">ZHICE_CHAOS_RATE: how many events a second are sent.</param>
/// <param name="Pause">ZHICE_CHAOS_PAUSE: the seconds between one fault healed and the next.</param>
/// <param name="Contacted">ZHICE_CHAOS_CONTACTED: how many customers the campaigns ask meanwhile.</param>
internal sealed record ChaosPlan(int Kills, int Restarts, int Freezes, int EventsPerSecond, TimeSpan Pause, int Contacted)
{
    public static ChaosPlan Read() => new(
        Number("KILLS", 2), Number("RESTARTS", 2), Number("FREEZES", 1), Number("RATE", 1_500), TimeSpan.FromSeconds(Number("PAUSE", 2)),
        Number("CONTACTED", 600));

    /// <summary>The faults in an order drawn from the seed.</summary>
    public Fault[] Draw(Random random)
    {
        Fault[] faults =
        [
            .. Enumerable.Repeat(Fault.Kill, Kills), .. Enumerable.Repeat(Fault.RestartDatabase, Restarts),
            .. Enumerable.Repeat(Fault.Freeze, Freezes),
        ];
        random.Shuffle(faults);
        return faults;
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable($"ZHICE_CHAOS_{name}"), CultureInfo.InvariantCulture, out var given)
            ? given
            : otherwise;
}
