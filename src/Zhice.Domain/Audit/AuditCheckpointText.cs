using System.Text.Json;
using System.Text.Json.Serialization;

namespace Zhice.Domain.Audit;

/// <summary>A checkpoint as the text of a file: JSON, so that people and other programs can read it.</summary>
public static class AuditCheckpointText
{
    /// <summary>The text.</summary>
    public static string Write(AuditCheckpoint checkpoint) => JsonSerializer.Serialize(
        new CheckpointFile(
            1,
            checkpoint.ChainId,
            checkpoint.Number,
            checkpoint.Sequence,
            DateTimeOffset.FromUnixTimeMilliseconds(checkpoint.EntryAtMs),
            Convert.ToHexStringLower(checkpoint.Hash),
            DateTimeOffset.FromUnixTimeMilliseconds(checkpoint.AtMs),
            Convert.ToHexStringLower(checkpoint.Previous),
            Convert.ToBase64String(checkpoint.Signature)),
        CheckpointJson.Default.CheckpointFile) + "\n";

    /// <summary>The checkpoint of a text.</summary>
    /// <exception cref="FormatException">It is no checkpoint.</exception>
    public static AuditCheckpoint Read(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, CheckpointJson.Default.CheckpointFile) is { Format: 1 } file)
            {
                return new()
                {
                    ChainId = file.ChainId,
                    Number = file.Number,
                    Sequence = file.Sequence,
                    EntryAtMs = file.EntryTime.ToUnixTimeMilliseconds(),
                    Hash = ReadHash(file.Hash),
                    AtMs = file.Time.ToUnixTimeMilliseconds(),
                    Previous = ReadHash(file.Previous),
                    Signature = Convert.FromBase64String(file.Signature),
                };
            }
        }
        catch (JsonException fault)
        {
            throw new FormatException($"It is no checkpoint: {fault.Message}", fault);
        }

        throw new FormatException("It is no checkpoint of format 1.");
    }

    private static byte[] ReadHash(string hex) => Convert.FromHexString(hex) is { Length: AuditChain.HashBytes } hash
        ? hash
        : throw new FormatException($"A hash in a checkpoint has {AuditChain.HashBytes * 2} hexadecimal digits.");
}

/// <summary>The fields of a checkpoint's file. Their names never change.</summary>
internal sealed record CheckpointFile(
    int Format, Guid ChainId, long Number, long Sequence, DateTimeOffset EntryTime, string Hash, DateTimeOffset Time, string Previous,
    string Signature);

/// <summary>Reads and writes checkpoints' files.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CheckpointFile))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
