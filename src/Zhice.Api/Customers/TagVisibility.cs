using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Domain.Tags;

namespace Zhice.Api.Customers;

/// <summary>What a caller sees of tags, by the levels of the tags and the caller's roles. The highest right of the roles counts.</summary>
internal static class TagVisibility
{
    /// <summary>
    /// For each role up to which level it sees values clear, and up to which masked; above that it does not see that there is a value.
    /// </summary>
    public static IReadOnlyDictionary<Roles, (int Clear, int Masked)> Table { get; } = new Dictionary<Roles, (int Clear, int Masked)>
    {
        [Roles.Agent] = (3, 4),
        [Roles.Operator] = (3, 4),
        [Roles.Approver] = (3, 4),
        [Roles.Ops] = (2, 4),
        [Roles.Data] = (3, 5),
    };

    /// <summary>What a caller sees of a tag. A sensitive tag is never clear, whatever its level.</summary>
    public static Visibility Find(Roles roles, TagDefinition tag)
    {
        var (clear, masked) = (0, 0);
        foreach (var (role, right) in Table)
        {
            if ((roles & role) != 0)
            {
                (clear, masked) = (Math.Max(clear, right.Clear), Math.Max(masked, right.Masked));
            }
        }

        var level = tag.Protection.Level;
        return level > masked ? Visibility.Hidden : level > clear || tag.IsSensitive ? Visibility.Masked : Visibility.Clear;
    }

    /// <summary>A value as a caller sees it; null when it is hidden. A tag that the catalogue does not define is masked.</summary>
    /// <param name="roles">The caller's roles.</param>
    /// <param name="tag">The tag; null for one that is not defined.</param>
    /// <param name="text">The value.</param>
    public static string? Show(Roles roles, TagDefinition? tag, string text) => tag is null ? Values.Mask : Find(roles, tag) switch
    {
        Visibility.Clear => text,
        Visibility.Masked => Values.Mask,
        _ => null,
    };
}

/// <summary>What is seen of a value.</summary>
internal enum Visibility
{
    /// <summary>Nothing, not even that there is one.</summary>
    Hidden,

    /// <summary>That there is one.</summary>
    Masked,

    /// <summary>The value.</summary>
    Clear,
}
