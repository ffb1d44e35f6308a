using System.CommandLine;
using System.Globalization;
using Zhice.Bench.Running;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;
using Zhice.DomainBench.Running;

namespace Zhice.DomainBench;

/// <summary>
/// Budget: at most 200 ns and 0 bytes for six comparisons over one customer of 60 tags.
/// </summary>
internal static class ExpressionsCommand
{
    private const string Example =
        """
        tags.age >= 30 && tags.city in ["北京", "天津"] && (tags.aum / 10000.0 > 5.0 || journey("loan").stage == "applied")
          && events.count("login", duration("7d")) > 2 && now - tags.last_login < duration("30d") && has(tags.salary)
        """;

    private const int Rows = 65_536;

    public static Command Create()
    {
        var command = new Command(
            "expressions", "What the example of docs/expressions.md costs: one customer, columns of many, and to compile.");
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        var expression = Expression.Condition(Example, SampleTags.Schema);
        Print("one customer, who fits", Over(expression, SampleTags.Customer(42, "天津", 80_000)));
        Print("one customer, all 6 comparisons", Over(expression, SampleTags.Customer(42, "天津", 20_000)));
        Print("one customer, too young", Over(expression, SampleTags.Customer(20, "天津", 80_000)));

        var (plan, columns, matches) = (new ExpressionPlan(expression), new SampleColumns(Rows), new ulong[Rows / 64]);
        var (perRow, bytes) = Rounds.Measure(20, repetitions =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                plan.Match(columns, matches);
            }
        });
        Print(
            string.Create(CultureInfo.InvariantCulture, $"columns of {Rows:N0} customers, each"),
            (new Spread(perRow.Median / Rows, perRow.Least / Rows, perRow.Most / Rows), bytes / Rows));

        Print("to compile it", Rounds.Measure(500, static repetitions =>
        {
            for (var i = 0; i < repetitions; i++)
            {
                Expression.Condition(Example, SampleTags.Schema);
            }
        }));
    }

    private static (Spread Nanoseconds, double Bytes) Over(Expression expression, CustomerState state) =>
        Rounds.Measure(500_000, repetitions =>
        {
            var customer = new CustomerView(state, SampleTags.Catalog, [], SampleTags.NowMs);
            var held = 0;
            for (var i = 0; i < repetitions; i++)
            {
                held += expression.Holds(customer) ? 1 : 0;
            }

            if (held != 0 && held != repetitions)
            {
                throw new InvalidOperationException("An expression changed its mind.");
            }
        });

    private static void Print(string what, (Spread Nanoseconds, double Bytes) measured) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-38} {measured.Nanoseconds.ToText("N1"),32} ns {measured.Bytes,10:N1} bytes"));
}
