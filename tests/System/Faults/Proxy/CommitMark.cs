namespace Zhice.SystemTests.Faults.Proxy;

/// <summary>Where, in the bytes just read, the message stands that makes a transaction durable.</summary>
/// <param name="Start">Where it begins; 0 when it began in earlier bytes.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Sql">What the transaction did: its statements, one a line.</param>
internal readonly record struct CommitMark(int Start, int End, string Sql);

/// <summary>On which side of a COMMIT a connection is cut. The client cannot tell one from the other.</summary>
public enum CommitCut
{
    /// <summary>The server never hears of it: not committed.</summary>
    Before,

    /// <summary>The server hears and obeys, and its answer is lost: committed.</summary>
    After,
}
