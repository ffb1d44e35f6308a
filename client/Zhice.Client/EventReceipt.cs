using Zhice.V1;

namespace Zhice.Client;

/// <summary>An event that is on its way.</summary>
/// <param name="EventId">The event.</param>
/// <param name="Acknowledged">
/// Ends when the server has recorded or refused it; with the stream's RpcException when the stream broke before, and
/// then it may or may not be recorded: sent again with the same id, it counts once.
/// </param>
public readonly record struct EventReceipt(string EventId, Task<EventResult> Acknowledged);
