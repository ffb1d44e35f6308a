using Orleans.Concurrency;
using Zhice.Contracts.Measurement;

namespace Zhice.Grains.Values;

/// <inheritdoc cref="IValueGrain"/>
[GrainType("value"), StatelessWorker]
internal sealed class ValueGrain(ValueReading reading) : Grain, IValueGrain
{
    public Task<ValueAnswer> Compare(ValueQuestion question) => reading.CompareAsync(question);
}
