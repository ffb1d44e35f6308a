using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Zhice.Contracts.Erasures;

namespace Zhice.Grains.Erasures;

/// <summary>What an erasure came to, as the store keeps it: JSON, which an auditor can read without this program.</summary>
/// <param name="Removed">What was removed.</param>
/// <param name="Kept">What stays, and why.</param>
internal sealed record ErasureCertificate(
    [property: JsonPropertyName("removed")] ImmutableArray<ErasureCertificate.Removal> Removed,
    [property: JsonPropertyName("kept")] ImmutableArray<ErasureCertificate.Remainder> Kept)
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Reads a certificate back; no bytes are one of nothing.</summary>
    /// <exception cref="JsonException">They are no certificate.</exception>
    public static ErasureCertificate FromBytes(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? new([], []) : JsonSerializer.Deserialize<ErasureCertificate>(bytes, Options)!;

    public ImmutableArray<PlaceCount> ToCounts() => [.. Removed.Select(static each => new PlaceCount(each.Place, each.Rows))];

    public ImmutableArray<KeptPlace> ToKept() => [.. Kept.Select(static each => new KeptPlace(each.Place, each.Why))];

    /// <summary>How much was removed from a place.</summary>
    internal sealed record Removal([property: JsonPropertyName("place")] string Place, [property: JsonPropertyName("rows")] long Rows);

    /// <summary>What stays.</summary>
    internal sealed record Remainder([property: JsonPropertyName("place")] string Place, [property: JsonPropertyName("why")] string Why);
}
