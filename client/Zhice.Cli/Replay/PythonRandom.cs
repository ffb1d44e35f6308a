namespace Zhice.Cli.Replay;

/// <summary>
/// The order that Python's <c>random.Random(seed).shuffle</c> gives, so that a replay and the baseline see the same rows
/// after each other: the Mersenne Twister MT19937 (M. Matsumoto, T. Nishimura, ACM TOMACS 8, 1998), seeded by array.
/// </summary>
internal sealed class PythonRandom
{
    private const int Length = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next = Length;

    public PythonRandom(uint seed)
    {
        _state[0] = 19_650_218;
        for (var i = 1u; i < Length; i++)
        {
            _state[i] = (1_812_433_253 * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        }

        var place = 1u;
        for (var left = Length; left > 0; left--)
        {
            _state[place] = (_state[place] ^ ((_state[place - 1] ^ (_state[place - 1] >> 30)) * 1_664_525)) + seed;
            place = Following(place);
        }

        for (var left = Length - 1; left > 0; left--)
        {
            _state[place] = (_state[place] ^ ((_state[place - 1] ^ (_state[place - 1] >> 30)) * 1_566_083_941)) - place;
            place = Following(place);
        }

        _state[0] = 0x8000_0000;
    }

    /// <summary>Shuffles in place.</summary>
    public void Shuffle<T>(IList<T> items)
    {
        for (var last = items.Count - 1; last > 0; last--)
        {
            var chosen = Below((uint)last + 1);
            (items[last], items[chosen]) = (items[chosen], items[last]);
        }
    }

    // As Python's getrandbits, until it is small enough.
    private int Below(uint max)
    {
        var bits = 32 - System.Numerics.BitOperations.LeadingZeroCount(max);
        uint number;
        do
        {
            number = Next() >> (32 - bits);
        }
        while (number >= max);
        return (int)number;
    }

    private uint Following(uint place)
    {
        if (place + 1 < Length)
        {
            return place + 1;
        }

        _state[0] = _state[Length - 1];
        return 1;
    }

    private uint Next()
    {
        if (_next == Length)
        {
            Twist();
        }

        var number = _state[_next++];
        number ^= number >> 11;
        number ^= (number << 7) & 0x9D2C_5680;
        number ^= (number << 15) & 0xEFC6_0000;
        return number ^ (number >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Length; i++)
        {
            var mixed = (_state[i] & 0x8000_0000) | (_state[(i + 1) % Length] & 0x7FFF_FFFF);
            _state[i] = _state[(i + Middle) % Length] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908_B0DF);
        }

        _next = 0;
    }
}
