using System.Buffers.Binary;
using System.Net.Sockets;

namespace Zhice.Bench.Load;

/// <summary>
/// One HTTP/2 connection that carries calls of one gRPC method. A lane's thread owns it. All calls that become free by one read leave with
/// one write, as the answers to one read do at a good server.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private const int Ring = 4_096;
    private const int RoomBytes = 256 << 10;
    private const int RenewBytes = 32 << 20;

    private readonly LoadMethod _method;
    private readonly Link _link;
    private readonly Call[] _calls = new Call[Ring];
    private readonly byte[] _received = new byte[RoomBytes];
    private byte[] _out = new byte[RoomBytes];
    private int _outLength;
    private int _receivedLength;
    private int _nextStream = 1;
    private int _maxStreams;
    private long _window = Http2.InitialWindow;
    private int _taken;

    public LoadConnection(LoadMethod method, int maxStreams)
    {
        (_method, _maxStreams) = (method, maxStreams);
        _link = new(method.Port, method.IsSecured);
        _link.Send(Http2.Opening());
    }

    public Socket Socket => _link.Socket;

    /// <summary>Whether more can be received without waiting, although the socket may have nothing.</summary>
    public bool HasMore => _link.HasMore;

    /// <summary>How many calls have no answer yet.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Whether a call with such a message may start now.</summary>
    public bool HasRoom(int messageBytes) => UnderWay < _maxStreams && _window >= messageBytes;

    /// <summary>Starts a call; <see cref="Flush"/> sends it.</summary>
    /// <param name="request">What it asks.</param>
    /// <param name="since">From when its time counts, in ticks of the stopwatch.</param>
    public void Start(in RequestSource.Request request, long since)
    {
        // A call that takes very long keeps its place: the number is passed over.
        while (_calls[_nextStream / 2 % Ring].Stream != 0)
        {
            _nextStream += 2;
        }

        var stream = _nextStream;
        _nextStream += 2;
        _calls[stream / 2 % Ring] = new() { Stream = stream, Since = since };
        UnderWay++;
        WriteHeaders(request, stream);
        for (var at = 0; at < request.Message.Length; at += Http2.MaxFrame)
        {
            var part = request.Message.AsSpan(at, Math.Min(Http2.MaxFrame, request.Message.Length - at));
            var isLast = at + part.Length == request.Message.Length;
            Http2.WriteHead(Room(Http2.HeadBytes), part.Length, Http2.Data, isLast ? Http2.EndStream : (byte)0, stream);
            part.CopyTo(Room(part.Length));
        }

        _window -= request.Message.Length;
    }

    /// <summary>Sends what was started.</summary>
    public void Flush()
    {
        if (_outLength > 0)
        {
            _link.Send(_out.AsSpan(0, _outLength));
            _outLength = 0;
        }
    }

    /// <summary>Reads what has arrived, and notes each call that ended.</summary>
    /// <exception cref="IOException">The server closed the connection.</exception>
    public void Receive(LoadTally tally)
    {
        var count = _link.Receive(_received.AsSpan(_receivedLength));
        if (count == 0)
        {
            throw new IOException($"The server at port {_method.Port} closed the connection.");
        }

        _receivedLength += count;
        var at = 0;
        while (_receivedLength - at >= Http2.HeadBytes)
        {
            var head = _received.AsSpan(at);
            var length = (head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head[1..]);
            if (_receivedLength - at - Http2.HeadBytes < length)
            {
                break;
            }

            Take(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head[5..]), head.Slice(Http2.HeadBytes, length), tally);
            at += Http2.HeadBytes + length;
        }

        _received.AsSpan(at, _receivedLength - at).CopyTo(_received);
        _receivedLength -= at;
    }

    public void Dispose() => _link.Dispose();

    private void WriteHeaders(in RequestSource.Request request, int stream)
    {
        var known = stream == 1 ? _method.FirstHeaders : _method.LaterHeaders;
        var more = _method.CustomerHeader;
        var length = known.Length + (more.Length == 0 ? 0 : more.Length + 1 + request.CustomerId.Length);
        Http2.WriteHead(Room(Http2.HeadBytes), length, Http2.Headers, Http2.EndHeaders, stream);
        known.CopyTo(Room(known.Length));
        if (more.Length > 0)
        {
            more.CopyTo(Room(more.Length));
            Room(1)[0] = (byte)request.CustomerId.Length;
            request.CustomerId.CopyTo(Room(request.CustomerId.Length));
        }
    }

    private void Take(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, LoadTally tally)
    {
        switch (type)
        {
            case Http2.Data:
                Renew(payload.Length);
                Find(stream).HasAnswer |= payload.Length > 0;
                if ((flags & Http2.EndStream) != 0)
                {
                    // It has no trailers: so a balancer says that it has no server.
                    End(ref Find(stream), Http2.Unavailable, tally);
                }

                break;
            case Http2.Headers when (flags & Http2.EndStream) != 0:
                ref var call = ref Find(stream);
                End(ref call, Http2.StatusIn(payload) is not 0 and var status ? status : call.HasAnswer ? 0 : Http2.Unknown, tally);
                break;
            case Http2.Reset:
                End(ref Find(stream), Http2.Unavailable, tally);
                break;
            case Http2.Settings when (flags & Http2.Acknowledgement) == 0:
                TakeSettings(payload);
                break;
            case Http2.Ping when (flags & Http2.Acknowledgement) == 0:
                Http2.WriteHead(Room(Http2.HeadBytes), payload.Length, Http2.Ping, Http2.Acknowledgement, 0);
                payload.CopyTo(Room(payload.Length));
                break;
            case Http2.WindowUpdate when stream == 0:
                _window += BinaryPrimitives.ReadInt32BigEndian(payload);
                break;
            case Http2.GoAway:
                throw new IOException($"The server at port {_method.Port} ended the connection.");
        }
    }

    private void TakeSettings(ReadOnlySpan<byte> payload)
    {
        for (; payload.Length >= 6; payload = payload[6..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(payload) == Http2.SettingMaxStreams)
            {
                _maxStreams = (int)Math.Min((uint)_maxStreams, BinaryPrimitives.ReadUInt32BigEndian(payload[2..]));
            }
        }

        Http2.WriteHead(Room(Http2.HeadBytes), 0, Http2.Settings, Http2.Acknowledgement, 0);
    }

    private void Renew(int bytes)
    {
        _taken += bytes;
        if (_taken >= RenewBytes)
        {
            Http2.WriteWindowUpdate(Room(Http2.HeadBytes + 4), 0, _taken);
            _taken = 0;
        }
    }

    private ref Call Find(int stream)
    {
        ref var call = ref _calls[stream / 2 % Ring];
        if (call.Stream != stream)
        {
            throw new IOException($"The server at port {_method.Port} answered stream {stream}, which has no call.");
        }

        return ref call;
    }

    private void End(ref Call call, int status, LoadTally tally)
    {
        tally.Note(status, call.Since);
        call = default;
        UnderWay--;
    }

    private Span<byte> Room(int bytes)
    {
        if (_outLength + bytes > _out.Length)
        {
            Array.Resize(ref _out, Math.Max(_out.Length * 2, _outLength + bytes));
        }

        _outLength += bytes;
        return _out.AsSpan(_outLength - bytes, bytes);
    }

    private struct Call
    {
        public int Stream;
        public long Since;
        public bool HasAnswer;
    }
}
