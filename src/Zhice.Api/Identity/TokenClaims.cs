using System.Text.Json;

namespace Zhice.Api.Identity;

/// <summary>Reads the claims of a token.</summary>
internal static class TokenClaims
{
    private const int MaxItems = 256;

    /// <summary>A claim by its name; if there is none of the name, by the path that the dots in it make.</summary>
    public static JsonElement? Find(JsonElement claims, string name)
    {
        if (claims.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (claims.TryGetProperty(name, out var claim))
        {
            return claim;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && claims.TryGetProperty(name[..dot], out var inner) ? Find(inner, name[(dot + 1)..]) : null;
    }

    /// <summary>The texts of a claim: a list of them, or one with spaces between.</summary>
    public static IEnumerable<string> ReadList(JsonElement claims, string name) => Find(claims, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!.Split(' ', MaxItems, StringSplitOptions.RemoveEmptyEntries),
        { ValueKind: JsonValueKind.Array } list =>
            list.EnumerateArray()
                .Take(MaxItems)
                .Where(static item => item.ValueKind == JsonValueKind.String)
                .Select(static item => item.GetString()!),
        _ => [],
    };
}
