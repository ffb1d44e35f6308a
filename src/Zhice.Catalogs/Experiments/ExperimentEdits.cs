using Zhice.Domain.Catalogs;

namespace Zhice.Catalogs.Experiments;

/// <summary>
/// Finds changes of running experiments that would move customers from arm to arm, or in and out, otherwise than by its share.
/// </summary>
public static class ExperimentEdits
{
    /// <summary>What a new catalogue may not change, with its path.</summary>
    /// <param name="inForce">The catalogue in force.</param>
    /// <param name="next">The one that is to take its place.</param>
    public static IEnumerable<CatalogFault> FindFaults(V1.Catalog inForce, V1.Catalog next)
    {
        var running = inForce.ExperimentLayers.SelectMany(
            static layer => layer.Experiments, static (layer, experiment) => (layer, experiment))
            .GroupBy(static pair => pair.experiment.ExperimentId, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);
        foreach (var (place, layer) in next.ExperimentLayers.Index())
        {
            foreach (var (number, experiment) in layer.Experiments.Index())
            {
                if (running.TryGetValue(experiment.ExperimentId, out var before)
                    && Moved(before.layer, before.experiment, layer, experiment) is { } what)
                {
                    yield return new(
                        $"experiment_layers[{place}].experiments[{number}]",
                        $"'{experiment.ExperimentId}' is running, and another {what} would move its customers; leave it, or give the changed experiment an id of its own");
                }
            }
        }
    }

    private static string? Moved(V1.ExperimentLayer layer, V1.Experiment experiment, V1.ExperimentLayer nextLayer, V1.Experiment next) =>
        layer.LayerId != nextLayer.LayerId ? "layer"
        : (layer.Salt.Length == 0 ? layer.LayerId : layer.Salt) != (nextLayer.Salt.Length == 0 ? nextLayer.LayerId : nextLayer.Salt) ? "salt of its layer"
        : !Equals(layer.Within, nextLayer.Within) ? "arm that its layer is within"
        : (experiment.Salt.Length == 0 ? experiment.ExperimentId : experiment.Salt) != (next.Salt.Length == 0 ? next.ExperimentId : next.Salt) ? "salt"
        : !experiment.Arms.Select(Shown).SequenceEqual(next.Arms.Select(Shown)) ? "choice or weight of arms"
        : null;

    private static (string, int) Shown(V1.Arm arm) => (arm.ArmId, Math.Max(arm.Weight, 1));
}
