using Xunit;
using Zhice.Domain.Expressions;

namespace Zhice.Domain.Tests.Expressions;

/// <summary>Expressions without what they compare with hidden tags.</summary>
public sealed class ExpressionMaskTests
{
    [Theory]
    [InlineData("tags.age >= 30", "tags.age >= 30")]
    [InlineData("tags.phone == \"138\"", "tags.phone == \"***\"")]
    [InlineData("'138' == tags.phone", "'***' == tags.phone")]
    [InlineData("tags . phone == '1\\'3\\\\'", "tags . phone == '***'")]
    [InlineData("tags.phone in [\"138\", '139'] || tags.city == \"Wuxi\"", "tags.phone in [\"***\", '***'] || tags.city == \"Wuxi\"")]
    [InlineData("!(tags.phone == \"138\" && tags.age > 30)", "!(tags.phone == \"***\" && tags.age > 30)")]
    [InlineData("(tags.salary - 12.5) * 2 > -30 && has(tags.phone)", "(tags.salary - ***) * *** > -*** && has(tags.phone)")]
    [InlineData("tags.age > 30 ? tags.phone == \"1\" : tags.age == 2", "tags.age > *** ? tags.phone == \"***\" : tags.age == ***")]
    [InlineData("(tags.phone == \"1\") == true", "(tags.phone == \"***\") == ***")]
    [InlineData("tags.born < timestamp(\"1990-01-01T00:00:00Z\")", "tags.born < timestamp(\"***\")")]
    [InlineData("events.count(\"login\", duration(\"7d\")) > 3 && tags.phone != \"1\"", "events.count(\"login\", duration(\"7d\")) > 3 && tags.phone != \"***\"")]
    [InlineData("tags.phone == \"138", "***")]
    [InlineData("tags.city == \"138", "tags.city == \"138")]
    [InlineData("", "")]
    public void Constants_that_are_compared_with_a_hidden_tag_are_masked_and_others_stay(string source, string masked) =>
        Assert.Equal(masked, ExpressionMask.Apply(source, static id => id is "phone" or "salary" or "born"));
}
