using BenchmarkDotNet.Attributes;
using Zhice.Domain.Customers;
using Zhice.Domain.Expressions;
using Zhice.Domain.Expressions.Columns;

namespace Zhice.DomainBench;

/// <summary>
/// What the example of docs/expressions.md costs: for one customer, for columns of many, and to compile. Budget: at most 200 ns and
/// 0 bytes for its six comparisons over one customer of 60 tags.
/// </summary>
public class ExpressionBenchmarks
{
    private const string Example =
        """
        tags.age >= 30 && tags.city in ["北京", "天津"] && (tags.aum / 10000.0 > 5.0 || journey("loan").stage == "applied")
          && events.count("login", duration("7d")) > 2 && now - tags.last_login < duration("30d") && has(tags.salary)
        """;

    private const int Rows = 65_536;

    private readonly Expression _expression = Expression.Condition(Example, SampleTags.Schema);
    private readonly CustomerState _fitting = SampleTags.Customer(42, "天津", 80_000);
    private readonly CustomerState _poor = SampleTags.Customer(42, "天津", 20_000);
    private readonly CustomerState _young = SampleTags.Customer(20, "天津", 80_000);
    private readonly SampleColumns _columns = new(Rows);
    private readonly ulong[] _matches = new ulong[Rows / 64];
    private ExpressionPlan? _plan;

    /// <summary>Makes the plan for columns.</summary>
    [GlobalSetup]
    public void SetUp() => _plan = new ExpressionPlan(_expression);

    /// <summary>A customer for whom it holds.</summary>
    [Benchmark(Description = "one customer, who fits")]
    public bool Fits() => Holds(_fitting);

    /// <summary>A customer for whom all six comparisons are made.</summary>
    [Benchmark(Description = "one customer, all 6 comparisons")]
    public bool ComparesAll() => Holds(_poor);

    /// <summary>A customer whom the first comparison excludes.</summary>
    [Benchmark(Description = "one customer, too young")]
    public bool IsTooYoung() => Holds(_young);

    /// <summary>Columns of many customers; the time is for each of them.</summary>
    [Benchmark(Description = "columns of 65,536 customers, each", OperationsPerInvoke = Rows)]
    public void MatchesColumns() => _plan!.Match(_columns, _matches);

    /// <summary>From the text to the expression.</summary>
    [Benchmark(Description = "to compile it")]
    public object Compiles() => Expression.Condition(Example, SampleTags.Schema);

    private bool Holds(CustomerState state) => _expression.Holds(new CustomerView(state, SampleTags.Catalog, [], SampleTags.NowMs));
}
