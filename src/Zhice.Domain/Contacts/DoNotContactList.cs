using Zhice.Domain.Expressions;

namespace Zhice.Domain.Contacts;

/// <summary>Customers whom no marketing reaches.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Condition">Who is on it.</param>
public sealed record DoNotContactList(string Id, Expression Condition);
