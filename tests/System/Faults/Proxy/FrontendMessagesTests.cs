using System.Buffers.Binary;
using System.Text;

namespace Zhice.SystemTests.Faults.Proxy;

/// <summary>Which of a client's messages commit.</summary>
public sealed class FrontendMessagesTests
{
    private static readonly byte[] Startup = [0, 0, 0, 9, 0, 3, 0, 0, 0];
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 4, 210, 22, 47];

    [Fact]
    public void A_commit_is_found_in_whatever_pieces_it_comes()
    {
        byte[] said =
            [.. SslRequest, .. Startup, .. Query("BEGIN"), .. Query("UPDATE t SET a = 1"), .. Query("COMMIT"), .. Query("SELECT 1")];
        var commitEnds = said.Length - Query("SELECT 1").Length;
        for (var piece = 1; piece <= said.Length; piece++)
        {
            var messages = new FrontendMessages();
            var ends = new List<(int End, string Sql)>();
            for (var at = 0; at < commitEnds; at += piece)
            {
                var bytes = said.AsSpan(at, Math.Min(piece, commitEnds - at));
                foreach (var mark in messages.Read(bytes))
                {
                    ends.Add((at + mark.End, mark.Sql));
                }
            }

            Assert.Equal([(commitEnds, "UPDATE t SET a = 1")], ends);
        }
    }

    [Fact]
    public void A_prepared_statement_outside_of_a_transaction_commits_at_its_sync()
    {
        var messages = new FrontendMessages();
        Assert.Empty(messages.Read([.. Startup, .. Message('P', "s1", "UPDATE t SET a = $1", "xx"), .. Message('S')]));
        Assert.Empty(messages.Read([.. Message('B', "", "s1", "xx"), .. Message('E', "", "xxx")]));
        var mark = Assert.Single(messages.Read(Message('S')));
        Assert.Equal((0, 5, "UPDATE t SET a = $1"), (mark.Start, mark.End, mark.Sql));
    }

    [Fact]
    public void What_was_rolled_back_commits_nothing()
    {
        var messages = new FrontendMessages();
        Assert.Empty(messages.Read([.. Startup, .. Query("BEGIN"), .. Query("UPDATE t SET a = 1"), .. Query("ROLLBACK")]));
    }

    private static byte[] Query(string sql) => Message('Q', sql);

    private static byte[] Message(char type, params string[] texts)
    {
        byte[] body = [.. texts.SelectMany(text => Encoding.UTF8.GetBytes(text + "\0"))];
        var message = new byte[5 + body.Length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + body.Length);
        body.CopyTo(message, 5);
        return message;
    }
}
