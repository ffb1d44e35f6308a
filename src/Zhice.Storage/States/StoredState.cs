namespace Zhice.Storage.States;

/// <summary>A state as the store has it.</summary>
internal readonly record struct StoredState(long Version, byte[] Payload);
