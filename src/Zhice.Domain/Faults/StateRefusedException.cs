using Orleans;

namespace Zhice.Domain.Faults;

/// <summary>The store works, and takes this one state never (too large, for example). It was not kept.</summary>
[GenerateSerializer, Alias("zhice.state-refused")]
public sealed class StateRefusedException(string message, Exception? inner = null) : Exception(message, inner);
