using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Zhice.Bench.Load;

/// <summary>The bytes of a connection, in clear text or by TLS. A lane's thread owns it.</summary>
internal sealed class Link : IDisposable
{
    private readonly Records? _records;
    private readonly SslStream? _secured;

    /// <param name="port">The port on 127.0.0.1.</param>
    /// <param name="isSecured">Whether TLS is spoken; the server's certificate may be anyone's, as the load never leaves the machine.</param>
    public Link(int port, bool isSecured)
    {
        Socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(IPAddress.Loopback, port);
        if (!isSecured)
        {
            return;
        }

        _records = new(Socket);
        _secured = new(_records);
        _secured.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
        });
    }

    public Socket Socket { get; }

    /// <summary>Whether more can be received without waiting, although the socket may have nothing.</summary>
    public bool HasMore => _records is { HasRecord: true };

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (_secured is not null)
        {
            _secured.Write(bytes);
            return;
        }

        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    /// <summary>Receives what is there; 0 when the server closed the connection.</summary>
    public int Receive(Span<byte> room) => _secured is null ? Socket.Receive(room) : _secured.Read(room);

    public void Dispose()
    {
        _secured?.Dispose();
        Socket.Dispose();
    }

    // Gives TLS one record after the other, so that nothing that came stays in it unseen.
    private sealed class Records(Socket socket) : Stream
    {
        private const int HeadBytes = 5;

        private readonly byte[] _bytes = new byte[64 << 10];
        private int _from;
        private int _to;
        private int _leftOfRecord;

        public bool HasRecord => _leftOfRecord > 0 ? _to > _from : _to - _from >= HeadBytes && _to - _from >= RecordBytes;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        private int RecordBytes => HeadBytes + (_bytes[_from + 3] << 8 | _bytes[_from + 4]);

        public override int Read(Span<byte> buffer)
        {
            while (_to - _from < (_leftOfRecord > 0 ? 1 : HeadBytes))
            {
                if (!Fill())
                {
                    return 0;
                }
            }

            if (_leftOfRecord == 0)
            {
                _leftOfRecord = RecordBytes;
            }

            var count = Math.Min(Math.Min(buffer.Length, _leftOfRecord), _to - _from);
            _bytes.AsSpan(_from, count).CopyTo(buffer);
            (_from, _leftOfRecord) = (_from + count, _leftOfRecord - count);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[socket.Send(buffer)..];
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private bool Fill()
        {
            _bytes.AsSpan(_from, _to - _from).CopyTo(_bytes);
            (_from, _to) = (0, _to - _from);
            var count = socket.Receive(_bytes.AsSpan(_to));
            _to += count;
            return count > 0;
        }
    }
}
