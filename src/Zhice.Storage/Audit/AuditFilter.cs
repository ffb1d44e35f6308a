using System.Text;

namespace Zhice.Storage.Audit;

/// <summary>Which entries of the audit are wanted. What is null says nothing.</summary>
public sealed record AuditFilter
{
    /// <summary>From when on, unix milliseconds.</summary>
    public long? FromMs { get; init; }

    /// <summary>Before when, unix milliseconds.</summary>
    public long? UntilMs { get; init; }

    /// <summary>By whom.</summary>
    public string? Actor { get; init; }

    /// <summary>Which method.</summary>
    public string? Method { get; init; }

    /// <summary>To what kind of thing.</summary>
    public string? TargetKind { get; init; }

    /// <summary>To which thing.</summary>
    public string? TargetId { get; init; }

    /// <summary>With which outcome.</summary>
    public string? Outcome { get; init; }

    /// <summary>
    /// The condition in SQL and the values of its parameters. Times become numbers of entries, which grow with them: so every filter is
    /// answered from an index in the order of the chain.
    /// </summary>
    /// <param name="first">The number of the first parameter.</param>
    internal (string Text, List<object> Values) ToSql(int first)
    {
        var (text, values) = (new StringBuilder(), new List<object>());
        Add("sequence >= (SELECT f.sequence FROM audit_entry AS f WHERE f.at_ms >= {0} ORDER BY f.at_ms, f.sequence LIMIT 1)", FromMs);
        Add(
            "sequence <= (SELECT u.sequence FROM audit_entry AS u WHERE u.at_ms < {0} ORDER BY u.at_ms DESC, u.sequence DESC LIMIT 1)",
            UntilMs);
        Add("actor = {0}", Actor);
        Add("method = {0}", Method);
        Add("target_kind = {0}", TargetKind);
        Add("target_id = {0}", TargetId);
        Add("outcome = {0}", Outcome);
        return (text.ToString(), values);

        void Add(string condition, object? value)
        {
            if (value is not null)
            {
                text.Append(" AND ").Append(
                    condition.Replace("{0}", FormattableString.Invariant($"${first + values.Count}"), StringComparison.Ordinal));
                values.Add(value);
            }
        }
    }
}
