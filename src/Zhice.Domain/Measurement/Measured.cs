using System.Diagnostics.CodeAnalysis;

namespace Zhice.Domain.Measurement;

/// <summary>A measurement, or the reason why the data do not allow it.</summary>
/// <typeparam name="T">What is measured.</typeparam>
public readonly record struct Measured<T>
    where T : struct
{
    private Measured(T? value, string? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The measurement; null when it is refused.</summary>
    public T? Value { get; }

    /// <summary>Why it is refused, as a sentence that says what is missing; null when there is a value.</summary>
    public string? Refusal { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool HasValue => Value is not null;

    /// <summary>A measurement.</summary>
    public static implicit operator Measured<T>(T value) => new(value, null);

    internal static Measured<T> Refuse(string reason) => new(null, reason);
}
