using Zhice.Domain.Expressions;

namespace Zhice.Domain.Contacts;

/// <summary>Customers whom no marketing reaches: those for whom a condition holds, or those of an uploaded audience.</summary>
public sealed record DoNotContactList
{
    /// <summary>A list of those for whom a condition holds.</summary>
    public DoNotContactList(string id, Expression condition) => (Id, Condition) = (id, condition);

    /// <summary>A list of the members of a static audience.</summary>
    public DoNotContactList(string id, string audienceId) => (Id, AudienceId) = (id, audienceId);

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>Who is on it; null: the members of <see cref="AudienceId"/>.</summary>
    public Expression? Condition { get; }

    /// <summary>The static audience whose members are on it; null: those for whom <see cref="Condition"/> holds.</summary>
    public string? AudienceId { get; }
}
