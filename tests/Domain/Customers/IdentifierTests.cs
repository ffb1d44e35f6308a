using System.Text;
using Zhice.Domain.Customers;

namespace Zhice.Domain.Tests.Customers;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("020235")]
    [InlineData("张三")]
    [InlineData("crm/0002:7 b")]
    [InlineData("Ａ１")]
    [InlineData("a😀")]
    public void Letters_digits_signs_and_spaces_between_them_are_an_id(string id)
    {
        Assert.Null(Identifier.FindFault(id));
        Assert.Null(Identifier.FindFault(Encoding.UTF8.GetBytes(id)));
    }

    [Theory]
    [InlineData(" ", "must not begin or end with a space")]
    [InlineData("a ", "must not begin or end with a space")]
    [InlineData(" 张", "must not begin or end with a space")]
    [InlineData("a\tb", "holds the control character U+0009")]
    [InlineData("a\r", "holds the control character U+000D")]
    [InlineData("\u3000", "holds U+3000, a space that looks like another")]
    [InlineData("a\u00A0b", "holds U+00A0, a space that looks like another")]
    [InlineData("\uFEFFa", "holds U+FEFF, which cannot be seen")]
    [InlineData("a\u200Db", "holds U+200D, which cannot be seen")]
    [InlineData("a\u2028b", "holds U+2028, which cannot be seen")]
    [InlineData("\u3164", "holds U+3164, which cannot be seen")]
    [InlineData("a\U000E0100", "holds U+E0100, which cannot be seen")]
    public void White_space_and_what_cannot_be_seen_is_none(string id, string fault)
    {
        Assert.Equal(fault, Identifier.FindFault(id));
        Assert.Equal(fault, Identifier.FindFault(Encoding.UTF8.GetBytes(id)));
    }
}
