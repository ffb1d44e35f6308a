using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Decisions;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Decisions;

public sealed class IdTests
{
    [Property]
    public void Ids_come_back_from_their_text(ulong high, ulong low, ushort action)
    {
        var decision = new DecisionId(high, low);
        var contact = new ContactId(decision, action);

        Assert.True(DecisionId.TryParse(decision.ToString(), out var decisionBack));
        Assert.True(ContactId.TryParse(contact.ToString(), out var contactBack));
        Assert.Equal(decision, decisionBack);
        Assert.Equal(contact, contactBack);
        Assert.Equal(DecisionId.TextLength, decision.ToString().Length);
    }

    [Property]
    public void A_decision_id_says_when_where_and_for_whom(uint seconds, ushort placement, string? customer)
    {
        var (at, customerId) = (seconds * 1000L, customer ?? "");
        var id = DecisionId.Create(at, placement, customerId);

        Assert.Equal((at, placement), (id.DecidedAtMs, id.Placement));
        Assert.True(id.IsFor(customerId));
    }

    [Fact]
    public void Leading_zeros_make_another_customer_and_each_decision_has_its_own_id()
    {
        var id = DecisionId.Create(Bank.Now, Bank.Home, "020235");

        Assert.False(id.IsFor("20235"));
        Assert.NotEqual(id, DecisionId.Create(Bank.Now, Bank.Home, "020235"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("c0123456789abcdef0123456789abcdef")]
    [InlineData("d0123456789abcdef0123456789abcde")]
    [InlineData("d0123456789abcdef0123456789abcdefg")]
    [InlineData("d0123456789abcdef0123456789abcdeg")]
    [InlineData("d 123456789abcdef0123456789abcdef")]
    [InlineData("d0123456789abcdef0123456789abcde客")]
    public void What_is_no_decision_id_is_refused(string? text) => Assert.False(DecisionId.TryParse(text, out _));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("d0123456789abcdef0123456789abcdef0001")]
    [InlineData("c0123456789abcdef0123456789abcdef001")]
    [InlineData("c0123456789abcdef0123456789abcdef00001")]
    [InlineData("c0123456789abcdef0123456789abcdef000g")]
    [InlineData("c0123456789abcdef0123456789abcdef+001")]
    [InlineData("c0123456789abcdef0123456789abcdef 001")]
    [InlineData("c0123456789abcdef0123456789abcdef001\0")]
    [InlineData("c0123456789abcdef0123456789abcdeg0001")]
    public void What_is_no_contact_id_is_refused(string? text) => Assert.False(ContactId.TryParse(text, out _));
}
