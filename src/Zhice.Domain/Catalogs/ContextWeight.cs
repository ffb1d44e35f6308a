using Zhice.Domain.Expressions;

namespace Zhice.Domain.Catalogs;

/// <summary>What makes actions count more or less at a moment.</summary>
public sealed record ContextWeight(string Id, Expression When, double Weight);
