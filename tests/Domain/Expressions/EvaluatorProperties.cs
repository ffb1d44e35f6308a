using FsCheck;
using FsCheck.Xunit;
using Xunit;
using Zhice.Domain.Contacts;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Tests.Expressions;

public sealed class EvaluatorProperties
{
    [Property(MaxTest = 1500)]
    public void One_customer_many_in_columns_and_the_plain_meaning_agree(DoNotSize<int> seed)
    {
        var random = new RandomExpressions(seed.Item);
        var source = random.Condition();
        var expression = Expression.Condition(source, Bank.Schema);
        List<CustomerState> customers = [.. Enumerable.Range(0, 20 + (int)((uint)seed.Item % 90)).Select(_ => random.Customer())];
        customers.Where((_, row) => row % 5 == seed.Item % 7).ToList().ForEach(Refuse);
        var matches = Matches(expression, new CustomerColumns(customers));
        var served = Matches(expression, new CustomerColumns(customers), Purpose.Service);

        for (var row = 0; row < customers.Count; row++)
        {
            var view = ViewOf(customers[row]);
            var meant = NaiveInterpreter.Holds(expression, view);
            Assert.True(meant == expression.Holds(view), $"for one customer: {source}");
            Assert.True(meant == IsSet(matches, row), $"in row {row} of columns: {source}");
            Assert.True(meant == (expression.TryGet(view, out var bits) && bits == 1), $"as a value: {source}");
            Assert.True(
                NaiveInterpreter.Holds(expression, view.For(Purpose.Service)) == IsSet(served, row),
                $"for service, in row {row} of columns: {source}");
        }

        Assert.True(customers.Count % 64 == 0 || matches[^1] >> (customers.Count % 64) == 0);
    }

    [Property(MaxTest = 1500)]
    public void What_holds_of_a_hidden_profile_holds_whatever_the_profile_is(DoNotSize<int> seed)
    {
        var random = new RandomExpressions(seed.Item);
        var source = random.Condition();
        var expression = Expression.Condition(source, Bank.Schema);
        for (var i = 0; i < 50; i++)
        {
            var customer = random.Customer();
            Refuse(customer);
            var view = ViewOf(customer);
            Assert.True(expression.Holds(view.Unhidden) || !expression.Holds(view), source);
        }
    }

    [Theory]
    [InlineData("has(tags.age)")]
    [InlineData("!has(tags.age)")]
    [InlineData("tags.logins == 0")]
    [InlineData("tags.logins >= 0")]
    [InlineData("events.count('login', duration('30d')) == 0")]
    [InlineData("!(tags.vip)")]
    [InlineData("!has(tags.city) || tags.city != '北京'")]
    [InlineData("journey('loan').stage != 'applied'")]
    public void What_is_hidden_is_neither_there_nor_missing_nor_0(string source)
    {
        var expression = Expression.Condition(source, Bank.Schema);
        var customer = new CustomerState();
        Refuse(customer);
        Assert.False(expression.Holds(ViewOf(customer)));
        Assert.Equal([0UL], Matches(expression, new CustomerColumns([customer], [null])));
    }

    [Fact]
    public void Contacts_are_counted_also_where_the_profile_is_hidden()
    {
        var customer = new CustomerState();
        Refuse(customer);
        Assert.True(Expression.Condition("contacts.used('weekly') == 0", Bank.Schema).Holds(ViewOf(customer)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(3000)]
    public void Any_number_of_rows_is_worked_through(int rows)
    {
        var random = new RandomExpressions(rows);
        List<CustomerState> customers = [.. Enumerable.Range(0, rows).Select(_ => random.Customer())];
        var source = "(tags.age >= 30 && tags.city in ['北京', '天津']) || tags.aum / 2 > tags.secret || !(tags.vip && has(tags.since))";
        var expression = Expression.Condition(source, Bank.Schema);
        var matches = Matches(expression, new CustomerColumns(customers));

        for (var row = 0; row < rows; row++)
        {
            Assert.Equal(expression.Holds(Bank.View(customers[row], CustomerColumns.Catalog)), IsSet(matches, row));
        }
    }

    [Fact]
    public void No_rows_give_no_matches() =>
        Assert.Empty(Matches(Expression.Condition("true", Bank.Schema), new CustomerColumns([])));

    [Fact]
    public void Texts_that_no_row_has_still_differ_from_each_other()
    {
        var columns = new CustomerColumns([new CustomerState()]);
        Assert.Equal([1UL], Matches(Expression.Condition("(true ? 'a' : 'b') == 'a'", Bank.Schema), columns));
        Assert.Equal([0UL], Matches(Expression.Condition("(true ? 'a' : 'b') == 'b'", Bank.Schema), columns));
    }

    [Fact]
    public void Columns_may_hold_the_stages_of_journeys()
    {
        var columns = new CustomerColumns([new(), new(), new()], [1, 2, null]);
        Assert.Equal([1UL], Matches(Expression.Condition("journey('loan').stage == 'applied'", Bank.Schema), columns));
        Assert.Equal([2UL], Matches(Expression.Condition("journey('loan').stage != 'applied'", Bank.Schema), columns));
        Assert.Equal([3UL], Matches(Expression.Condition("journey('loan').stage in ['applied', 'approved']", Bank.Schema), columns));
    }

    [Fact]
    public void A_plan_needs_a_condition_and_room_for_every_row()
    {
        Assert.Throws<ArgumentException>(() => new ExpressionPlan(Expression.Value("1 + 1", Bank.Schema)));
        var plan = new ExpressionPlan(Expression.Condition("true", Bank.Schema));
        Assert.Throws<ArgumentException>(() =>
            plan.Match(new CustomerColumns([.. Enumerable.Range(0, 65).Select(static _ => new CustomerState())]), new ulong[1]));
    }

    private static void Refuse(CustomerState customer) => customer.Consents.Set(0, Purpose.Personalization, isGranted: false, Bank.Now);

    private static CustomerView ViewOf(CustomerState customer) =>
        new(customer, CustomerColumns.Catalog, [], Bank.Now, customer.Consents.Allows(channel: 0, Purpose.Personalization));

    private static ulong[] Matches(Expression expression, CustomerColumns source, Purpose purpose = Purpose.Marketing)
    {
        var matches = new ulong[(source.RowCount + 63) / 64];
        matches.AsSpan().Fill(0xAAAA_AAAA_AAAA_AAAA);
        new ExpressionPlan(expression).Match(source, matches, purpose);
        return matches;
    }

    private static bool IsSet(ulong[] matches, int row) => (matches[row / 64] >> (row % 64) & 1) != 0;
}
