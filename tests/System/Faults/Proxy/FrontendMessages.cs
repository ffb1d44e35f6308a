using System.Buffers.Binary;
using System.Text;

namespace Zhice.SystemTests.Faults.Proxy;

/// <summary>
/// Follows what one client says to PostgreSQL (its manual, "Frontend/Backend Protocol", version 3, without TLS) and finds
/// the messages that commit: COMMIT itself, or the Sync after a statement that stands outside of a transaction.
/// </summary>
internal sealed class FrontendMessages
{
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;

    private readonly Dictionary<string, string> _statements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _portals = new(StringComparer.Ordinal);
    private readonly List<string> _transaction = [];
    private byte[] _rest = [];
    private bool _isStarted;
    private bool _isInTransaction;
    private bool _isCommitting;

    /// <summary>Takes the next bytes of the client, however they were cut up.</summary>
    /// <returns>The commits that end in them.</returns>
    public List<CommitMark> Read(ReadOnlySpan<byte> bytes)
    {
        var marks = new List<CommitMark>();
        byte[] all = [.. _rest, .. bytes];
        var (at, before) = (0, _rest.Length);
        while (Length(all.AsSpan(at)) is { } length && at + length <= all.Length)
        {
            if (Commits(all.AsSpan(at, length)))
            {
                marks.Add(new(Math.Max(0, at - before), at + length - before, string.Join('\n', _transaction)));
                _transaction.Clear();
            }

            at += length;
        }

        _rest = all[at..];
        return marks;
    }

    // A message says its length, itself included, after its type; the first one has no type.
    private int? Length(ReadOnlySpan<byte> message) =>
        _isStarted
            ? message.Length < 5 ? null : 1 + BinaryPrimitives.ReadInt32BigEndian(message[1..])
            : message.Length < 8 ? null : BinaryPrimitives.ReadInt32BigEndian(message);

    private bool Commits(ReadOnlySpan<byte> message)
    {
        if (!_isStarted)
        {
            _isStarted = BinaryPrimitives.ReadInt32BigEndian(message[4..]) is not (SslRequest or GssRequest);
            return false;
        }

        var body = message[5..];
        switch ((char)message[0])
        {
            case 'Q':
                Run(Text(ref body));
                return EndsTransaction();
            case 'P':
                _statements[Text(ref body)] = Text(ref body);
                return false;
            case 'B':
                _portals[Text(ref body)] = _statements.GetValueOrDefault(Text(ref body), "");
                return false;
            case 'E':
                Run(_portals.GetValueOrDefault(Text(ref body), ""));
                return false;
            case 'S':
                return EndsTransaction();
            default:
                return false;
        }
    }

    private void Run(string sql)
    {
        var verb = sql.AsSpan().TrimStart();
        if (Is(verb, "BEGIN") || Is(verb, "START"))
        {
            _isInTransaction = true;
            _transaction.Clear();
        }
        else if (Is(verb, "ROLLBACK") || Is(verb, "ABORT"))
        {
            _isInTransaction = false;
            _transaction.Clear();
        }
        else if (Is(verb, "COMMIT") || Is(verb, "END"))
        {
            (_isInTransaction, _isCommitting) = (false, true);
        }
        else if (sql.Length > 0)
        {
            _transaction.Add(sql);
        }
    }

    private bool EndsTransaction()
    {
        var ends = _isCommitting || (!_isInTransaction && _transaction.Count > 0);
        _isCommitting = false;
        return ends;
    }

    private static bool Is(ReadOnlySpan<char> verb, string word) => verb.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    private static string Text(ref ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf((byte)0);
        var text = Encoding.UTF8.GetString(body[..end]);
        body = body[(end + 1)..];
        return text;
    }
}
