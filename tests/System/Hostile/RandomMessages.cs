using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Zhice.SystemTests.Hostile;

/// <summary>Bytes that look like messages of the contract, more or less: fields by their types with odd values, then damaged.</summary>
internal sealed class RandomMessages(int seed)
{
    private const int MaxDepth = 4;

    // Ids that lead somewhere, so that calls get past the first check.
    private static readonly string[] Texts =
    [
        "", "quiet", "nobody-1", "app_home", "sms_text", "deposit", "sms", "app", "login", "tags.age >= 30", "true", "((((((((",
        "not a name", "0", "-1", "\0", "\ud83d\ude00",
        "2026-11-30T00:00:00Z", "campaigns/own", new string('x', 300), new string('\u4e2d', 90), "%s%n", "'; DROP TABLE grain_state; --",
        "../../etc/passwd", "*",
    ];

    private static readonly ulong[] Numbers =
        [0, 1, 2, 7, 127, 128, 255, 65_535, int.MaxValue, uint.MaxValue, long.MaxValue, ulong.MaxValue, 1UL << 63];

    private readonly Random _chance = new(seed);

    /// <summary>The next message of a type.</summary>
    public byte[] Next(MessageDescriptor type)
    {
        var bytes = Write(type, MaxDepth);
        return _chance.Next(4) switch
        {
            0 => Garbage(),
            1 => Damage(bytes),
            _ => bytes,
        };
    }

    private byte[] Write(MessageDescriptor type, int depth)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            foreach (var field in type.Fields.InFieldNumberOrder())
            {
                for (var left = field.IsRepeated ? _chance.Next(4) : _chance.Next(2); left > 0; left--)
                {
                    Write(output, field, depth);
                }
            }
        }

        return bytes.ToArray();
    }

    private void Write(CodedOutputStream output, FieldDescriptor field, int depth)
    {
        switch (field.FieldType)
        {
            case FieldType.Message when depth > 0:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Write(field.MessageType, depth - 1)));
                break;
            case FieldType.Message or FieldType.Group:
                break;
            case FieldType.String or FieldType.Bytes:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(
                    ByteString.CopyFrom(Pick(8) == 0 ? Garbage() : Encoding.UTF8.GetBytes(Texts[_chance.Next(Texts.Length)])));
                break;
            case FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed64);
                output.WriteFixed64(Pick(2) == 0 ? (ulong)_chance.NextInt64() : BitConverter.DoubleToUInt64Bits(double.NaN));
                break;
            case FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed32);
                output.WriteFixed32((uint)_chance.Next());
                break;
            default:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Varint);
                output.WriteUInt64(Numbers[_chance.Next(Numbers.Length)]);
                break;
        }
    }

    private byte[] Damage(byte[] bytes)
    {
        for (var left = _chance.Next(1, 4); left > 0 && bytes.Length > 0; left--)
        {
            bytes[_chance.Next(bytes.Length)] ^= (byte)(1 << _chance.Next(8));
        }

        return Pick(3) == 0 ? bytes[.._chance.Next(bytes.Length + 1)] : bytes;
    }

    private byte[] Garbage()
    {
        var bytes = new byte[_chance.Next(64)];
        _chance.NextBytes(bytes);
        return bytes;
    }

    private int Pick(int below) => _chance.Next(below);
}
