using Zhice.Cli.Values;
using Kind = Zhice.V1.Value.KindOneofCase;

namespace Zhice.Cli.Tests.Values;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData("true", Kind.BoolValue)]
    [InlineData("True", Kind.StringValue)]
    [InlineData("0", Kind.IntegerValue)]
    [InlineData("-9223372036854775808", Kind.IntegerValue)]
    [InlineData("9223372036854775808", Kind.StringValue)]
    [InlineData("020235", Kind.StringValue)]
    [InlineData("12.50", Kind.DecimalValue)]
    [InlineData("-0.5", Kind.DecimalValue)]
    [InlineData("1.23456", Kind.StringValue)]
    [InlineData(".5", Kind.StringValue)]
    [InlineData("1e3", Kind.StringValue)]
    [InlineData("1.2.3", Kind.StringValue)]
    [InlineData("-", Kind.StringValue)]
    [InlineData("", Kind.StringValue)]
    [InlineData("2026-03-01T09:00:00+08:00", Kind.TimeValue)]
    [InlineData("2026-03-01T01:00:00.123Z", Kind.TimeValue)]
    [InlineData("2026-03-01T09:00:00", Kind.StringValue)]
    [InlineData("2026-03-01", Kind.StringValue)]
    [InlineData("\"35\"", Kind.StringValue)]
    public void A_property_has_the_type_that_its_text_looks_like(string text, Kind kind) =>
        Assert.Equal(kind, ValueText.Infer(text).KindCase);

    [Fact]
    public void Inferred_values_are_exact()
    {
        Assert.Equal("35", ValueText.Infer("\"35\"").StringValue);
        Assert.Equal("020235", ValueText.Infer("020235").StringValue);
        Assert.Equal("12.5", ValueText.Infer("12.50").DecimalValue);
        Assert.Equal(
            new DateTimeOffset(2026, 3, 1, 1, 0, 0, 123, TimeSpan.Zero),
            ValueText.Infer("2026-03-01T09:00:00.123+08:00").TimeValue.ToDateTimeOffset());
    }

    [Theory]
    [InlineData("age=35", "age", "35")]
    [InlineData("note=a=b", "note", "a=b")]
    [InlineData("note=", "note", "")]
    public void An_assignment_is_split_at_its_first_equals_sign(string text, string name, string value)
    {
        Assert.True(Assignment.TryParse(text, out var assignment));
        Assert.Equal(new(name, value), assignment);
    }

    [Theory]
    [InlineData("age")]
    [InlineData("=35")]
    [InlineData("")]
    public void An_assignment_needs_a_name_and_an_equals_sign(string text) => Assert.False(Assignment.TryParse(text, out _));
}
