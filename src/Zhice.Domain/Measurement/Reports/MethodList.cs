using System.Collections.Immutable;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>Gathers the methods that gave an estimate, and the reasons of those that did not.</summary>
internal sealed class MethodList
{
    private readonly List<MethodLift> _found = [];
    private readonly List<string> _refusals = [];

    public ImmutableArray<MethodLift> Found => [.. _found];

    public ImmutableArray<string> Refusals => [.. _refusals];

    public void Add(LiftMethod method, Estimate estimate) => _found.Add(new(method, estimate));

    public void Add<T>(LiftMethod method, Measured<T> measured, Func<T, Estimate> estimate)
        where T : struct
    {
        if (measured.HasValue)
        {
            Add(method, estimate(measured.Value.Value));
        }
        else
        {
            Refuse(method.ToString(), measured.Refusal);
        }
    }

    public void Refuse(string method, string reason) => _refusals.Add($"{method}: {reason}");
}
