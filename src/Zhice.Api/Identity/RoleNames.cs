using System.Collections.Immutable;

namespace Zhice.Api.Identity;

/// <summary>The names of roles, as tokens, settings and errors write them: <c>system-admin</c>.</summary>
public static class RoleNames
{
    private static readonly ImmutableArray<(string Name, Roles Role)> Known =
    [
        .. Enum.GetValues<Roles>().Where(static role => int.PopCount((int)role) == 1).Select(static role => (Write(role), role)),
    ];

    /// <summary>The names of all roles.</summary>
    public static ImmutableArray<string> All { get; } = [.. Known.Select(static known => known.Name)];

    /// <summary>The role of a name; <see cref="Roles.None"/> for a name that is no role's.</summary>
    public static Roles Find(ReadOnlySpan<char> name)
    {
        foreach (var known in Known)
        {
            if (name.Equals(known.Name, StringComparison.OrdinalIgnoreCase))
            {
                return known.Role;
            }
        }

        return Roles.None;
    }

    /// <summary>The names of the roles in a set, with commas between them.</summary>
    public static string Join(Roles roles) => string.Join(", ", Split(roles));

    /// <summary>The names of the roles in a set.</summary>
    public static IEnumerable<string> Split(Roles roles) =>
        Known.Where(known => (roles & known.Role) != 0).Select(static known => known.Name);

    private static string Write(Roles role) =>
        string.Concat(
            $"{role}".Select(static (letter, i) =>
                char.IsUpper(letter) && i > 0 ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
