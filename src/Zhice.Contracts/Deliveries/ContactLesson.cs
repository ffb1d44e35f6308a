using Google.Protobuf;
using Zhice.Domain.Learning;

namespace Zhice.Contracts.Deliveries;

/// <summary>
/// What a contact teaches when its channel takes it: it waits in the outbox before the message, as a field that is none of
/// <c>zhice.v1.OutboundContact</c>, and is taken off before the message goes out. So an acknowledgement teaches without a call
/// of the customer.
/// </summary>
public static class ContactLesson
{
    private const int Field = 1000;
    private static readonly uint Tag = WireFormat.MakeTag(Field, WireFormat.WireType.LengthDelimited);

    /// <summary>A message behind what it teaches.</summary>
    public static byte[] Before(KeptLesson? lesson, byte[] message)
    {
        if (lesson is null)
        {
            return message;
        }

        var bytes = lesson.ToBytes();
        var whole = new byte[
            CodedOutputStream.ComputeTagSize(Field) + CodedOutputStream.ComputeLengthSize(bytes.Length) + bytes.Length + message.Length];
        using var output = new CodedOutputStream(whole);
        output.WriteTag(Tag);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(bytes));
        output.Flush();
        message.CopyTo(whole.AsSpan(whole.Length - message.Length));
        return whole;
    }

    /// <summary>The message without what it teaches, which is null for nothing.</summary>
    /// <param name="stored">The bytes that the outbox keeps.</param>
    public static (byte[] Message, KeptLesson? Lesson) Split(byte[] stored)
    {
        var input = new CodedInputStream(stored);
        if (stored.Length == 0 || input.ReadTag() != Tag)
        {
            return (stored, null);
        }

        var lesson = input.ReadBytes();
        try
        {
            return (stored[(int)input.Position..], KeptLesson.FromBytes(lesson.ToByteArray()));
        }
        catch (FormatException)
        {
            // Of a later release: it is sent all the same.
            return (stored[(int)input.Position..], null);
        }
    }
}
