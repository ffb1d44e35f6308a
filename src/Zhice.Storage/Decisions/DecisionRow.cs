using System.Text;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;
using Zhice.Storage.States;

namespace Zhice.Storage.Decisions;

/// <summary>A decision as the log keeps it.</summary>
/// <param name="Id">Its id, which says when it was made.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Record">What is kept; empty to look one up.</param>
public readonly record struct DecisionRow(DecisionId Id, string CustomerId, byte[] Record)
{
    internal byte[] Key => Encoding.UTF8.GetBytes(CustomerId);

    internal short Bucket => (short)CustomerBucket.ForId(Key);

    internal DateTimeOffset DecidedAt => DateTimeOffset.FromUnixTimeMilliseconds(Id.DecidedAtMs);

    internal DateOnly Day => DateOnly.FromDateTime(DecidedAt.UtcDateTime);
}
