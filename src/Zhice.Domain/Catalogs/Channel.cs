namespace Zhice.Domain.Catalogs;

/// <summary>A way to reach a customer.</summary>
public sealed record Channel(string Id, ushort Number, string DisplayName);
