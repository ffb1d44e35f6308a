using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Audiences;
using Zhice.V1;

namespace Zhice.Api.Audiences;

/// <summary>Saved audiences as the public contract has them.</summary>
internal static class AudienceMap
{
    private const int MaxNameBytes = 128;

    public static void Check(Audience? audience, RequestCheck check)
    {
        if (audience is null)
        {
            check.Add("audience", FieldReasons.Required, "must be set");
            return;
        }

        var id = audience.AudienceId;
        if (id.Length is 0 or > RequestCheck.MaxIdBytes || !char.IsAsciiLetterLower(id[0])
            || !id.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            check.Add("audience.audience_id", FieldReasons.Malformed, $"is '{RequestCheck.Clip(id)}'; an id is lower case letters, digits and '_', starts with a letter, and has at most {RequestCheck.MaxIdBytes} characters");
        }

        check.Text("audience.display_name", audience.DisplayName, MaxNameBytes * 3);
    }

    public static SavedAudience ToSaved(Audience audience, string author, TimeProvider clock) => new()
    {
        Id = audience.AudienceId,
        DisplayName = audience.DisplayName.Length == 0 ? audience.AudienceId : audience.DisplayName,
        Expression = audience.Expression.Length == 0 ? "true" : audience.Expression,
        Author = author,
        SavedAtMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    public static Audience ToAudience(SavedAudience saved) => new()
    {
        AudienceId = saved.Id,
        DisplayName = saved.DisplayName,
        Expression = saved.Expression,
        Version = saved.Version,
        Etag = saved.Etag,
        Author = saved.Author,
        SaveTime = Values.ToTimestamp(saved.SavedAtMs),
        Listed = saved.Listed,
    };
}
