using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Tests.Values;

public sealed class TagValuesTests
{
    private readonly TagValues _tags = new(new Catalog
    {
        Tags =
        {
            new TagDefinition { TagId = "vip", Type = TagType.Bool },
            new TagDefinition { TagId = "age", Type = TagType.Integer },
            new TagDefinition { TagId = "balance", Type = TagType.Decimal },
            new TagDefinition { TagId = "opened", Type = TagType.Time },
            new TagDefinition { TagId = "job", Type = TagType.Enum, EnumValues = { "student", "retired" } },
            new TagDefinition { TagId = "branch", Type = TagType.String },
        },
    });

    [Fact]
    public void A_text_is_read_as_its_tags_type()
    {
        Assert.True(Read("vip", "true").BoolValue);
        Assert.Equal(35, Read("age", "35").IntegerValue);
        Assert.Equal("-36.4", Read("balance", "-36.40").DecimalValue);
        Assert.Equal("12", Read("balance", "12").DecimalValue);
        Assert.Equal(1772326800, Read("opened", "2026-03-01T09:00:00+08:00").TimeValue.Seconds);
        Assert.Equal("student", Read("job", "student").StringValue);
        Assert.Equal("35", Read("branch", "35").StringValue);
        Assert.Equal("", Read("branch", "").StringValue);
    }

    [Theory]
    [InlineData("vip", "yes", "'yes' is no value of the tag 'vip': it is true or false.")]
    [InlineData("age", "35.5", "'35.5' is no value of the tag 'age': it is a whole number, such as 35.")]
    [InlineData("balance", "1.23456", "'1.23456' is no value of the tag 'balance': it is a number with at most 4 decimals, such as 36.4.")]
    [InlineData(
        "opened", "2026-03-01",
        "'2026-03-01' is no value of the tag 'opened': it is a time with its offset, such as 2026-03-01T09:00:00+08:00.")]
    [InlineData("job", "studnet", "'studnet' is no value of the tag 'job': it is one of student, retired; did you mean 'student'?")]
    [InlineData("aeg", "35", "The catalogue has no tag 'aeg'.")]
    [InlineData("balnce", "35", "The catalogue has no tag 'balnce'; did you mean 'balance'?")]
    public void What_is_wrong_is_said_with_what_would_be_right(string tag, string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UsageException>(() => Read(tag, text)).Message);

    private Value Read(string tag, string text) => _tags.Read(new(tag, text));
}
