using BenchmarkDotNet.Attributes;
using Zhice.Domain.Customers;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.DomainBench;

/// <summary>What parts of a decision cost by themselves.</summary>
public class PartBenchmarks
{
    private const string CustomerId = "020235";

    private readonly DecisionKey _key = new(DecisionKey.NewSecret(), 0);
    private readonly BayesianModel _model = DecisionBenchmarks.Taught(1);
    private readonly byte[] _packed = CustomerStateCodec.ToBytes(DecisionBenchmarks.Customer());
    private readonly uint[] _features = new uint[FeatureVector.MaxLength];
    private DecisionId _signed;
    private int _length;

    /// <summary>Signs an id, and finds a customer's features.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var catalog = DecisionBenchmarks.CatalogOf(1, [], hasRules: true);
        _signed = _key.Create(SampleTags.NowMs, 1, CustomerId);
        _length = FeatureVector.Fill(
            new CustomerView(DecisionBenchmarks.Customer(), catalog, [], SampleTags.NowMs), catalog.Placements["home"], _features);
    }

    /// <summary>A signed id for a decision.</summary>
    [Benchmark(Description = "one signed id")]
    public object Signs() => _key.Create(SampleTags.NowMs, 1, CustomerId);

    /// <summary>Where a decision comes from, by its id.</summary>
    [Benchmark(Description = "one id's signature checked")]
    public object Checks() => _key.GetOrigin(_signed, CustomerId, SampleTags.NowMs);

    /// <summary>One model's probability for some 60 features.</summary>
    [Benchmark(Description = "one prediction")]
    public double Predicts() => _model.Predict(0.05, _features.AsSpan(0, _length));

    /// <summary>The tags of a packed state.</summary>
    [Benchmark(Description = "60 tags of a packed state")]
    public int Reads() => CustomerStateCodec.Open(_packed).Tags.Count;
}
