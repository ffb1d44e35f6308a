using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;
using Zhice.Api;
using Zhice.Api.Pipeline;

namespace Zhice.Api.Tests.Pipeline;

/// <summary>What stands before a message of gRPC.</summary>
public sealed class MessageMemoryLimitTests
{
    private const int Most = 8 << 20;

    [Theory]
    [InlineData(0, 100, 100, false)]
    [InlineData(0, Most, Most, false)]
    [InlineData(1, 100, Most, false)]
    [InlineData(0, Most + 1, 0, true)]
    [InlineData(0, uint.MaxValue, 0, true)]
    [InlineData(7, 100, 0, true)]
    public void Its_room_is_known_before_it_is_read_or_its_fault_is(byte flag, uint length, long room, bool isFaulty)
    {
        Span<byte> prefix = [flag, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], length);

        var (bytes, fault) = MessageMemoryLimit.Read(prefix, Most);

        Assert.Equal((room, isFaulty), (bytes, fault is not null));
    }

    [Fact]
    public void Bytes_that_are_no_gzip_are_the_callers_fault()
    {
        using var packed = new MemoryStream([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff, 1, 2, 3]);
        using var unpacked = new CheckedGzip().CreateDecompressionStream(packed);

        Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => unpacked.CopyTo(Stream.Null)).StatusCode);
    }

    [Fact]
    public void What_was_packed_is_unpacked()
    {
        var (gzip, packed) = (new CheckedGzip(), new MemoryStream());
        using (var packing = gzip.CreateCompressionStream(packed, null))
        {
            packing.Write("hello"u8);
        }

        using var text = new StreamReader(gzip.CreateDecompressionStream(new MemoryStream(packed.ToArray())));
        Assert.Equal("hello", text.ReadToEnd());
    }

    [Fact]
    public async Task A_message_of_a_stream_is_refused_as_soon_as_its_length_is_there()
    {
        var sent = new Pipe();
        var body = new BoundedMessages(sent.Reader, maxBytes: 10);
        await sent.Writer.WriteAsync(new byte[] { 0, 0, 0, 0, 10 });
        body.AdvanceTo((await body.ReadAsync()).Buffer.End);
        await sent.Writer.WriteAsync(new byte[] { 0, 0, 0, 0 });
        Assert.True(body.TryRead(out var some));
        body.AdvanceTo(some.Buffer.Start, some.Buffer.End);

        await sent.Writer.WriteAsync(new byte[] { 11 });

        var fault = await Assert.ThrowsAsync<RpcException>(async () => await body.ReadAsync());
        Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        Assert.Equal("The message says that it has 11 bytes; at most 10 are taken.", fault.Status.Detail);
    }
}
