using Zhice.Api.Customers;
using Zhice.Api.Identity;
using Zhice.Domain.Tags;

namespace Zhice.Api.Tests.Customers;

/// <summary>Who sees which tags, clear, masked or not at all.</summary>
public sealed class TagVisibilityTests
{
    [Theory]
    [InlineData(Roles.Agent, "clear clear clear masked hidden")]
    [InlineData(Roles.Data, "clear clear clear masked masked")]
    [InlineData(Roles.Operator, "clear clear clear masked hidden")]
    [InlineData(Roles.Ops, "clear clear masked masked hidden")]
    [InlineData(Roles.Analyst, "hidden hidden hidden hidden hidden")]
    [InlineData(Roles.App, "hidden hidden hidden hidden hidden")]
    [InlineData(Roles.SecurityAdmin | Roles.AuditAdmin | Roles.SystemAdmin, "hidden hidden hidden hidden hidden")]
    [InlineData(Roles.Agent | Roles.Data, "clear clear clear masked masked")]
    public void Roles_see_tags_by_their_levels(Roles roles, string sees) =>
        Assert.Equal(
            sees,
            string.Join(
                ' ', Enumerable.Range(1, 5).Select(level => $"{TagVisibility.Find(roles, Tag(level, level >= 4))}".ToLowerInvariant())));

    [Theory]
    [InlineData(Roles.Agent, 3, "x")]
    [InlineData(Roles.Agent, 4, "***")]
    [InlineData(Roles.Agent, 5, null)]
    [InlineData(Roles.Data, 5, "***")]
    [InlineData(Roles.App, 1, null)]
    [InlineData(Roles.Ops, 3, "***")]
    public void A_value_in_words_is_clear_masked_or_hidden_by_the_same_table(Roles roles, int level, string? shown)
    {
        Assert.Equal(shown, TagVisibility.Show(roles, Tag(level, level >= 4), "x"));
        Assert.Equal("***", TagVisibility.Show(roles, null, "x"));
    }

    [Fact]
    public void A_sensitive_tag_is_clear_to_nobody() =>
        Assert.Equal(Visibility.Masked, TagVisibility.Find(Roles.All, Tag(3, isSensitive: true)));

    private static TagDefinition Tag(int level, bool isSensitive) =>
        new() { Id = "x", Number = 1, Type = TagType.String, FeatureSeed = 1, IsSensitive = isSensitive, Protection = TagProtection.ForLevel(level) };
}
