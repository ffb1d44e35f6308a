using Zhice.Domain.Catalogs;

namespace Zhice.Domain.Learning;

/// <summary>The models that this silo ranks with, one for each action that has learned anything.</summary>
public sealed class PropensityModels : IPropensities
{
    // What is known of an action that has learned nothing: its doubt is full.
    private static readonly BayesianModel Unlearned = new();

    private readonly Lock _writing = new();
    private Versioned?[] _byAction = [];

    /// <inheritdoc/>
    public PropensityEstimate Estimate(BankAction action, ReadOnlySpan<ushort> features, double? draw)
    {
        var model = Find(action.Number);
        if (draw is { } normal)
        {
            var (mean, drawn) = (model ?? Unlearned).Sample(action.PriorPropensity, features, normal);
            return new(mean, Learned(model), (float)(drawn / mean));
        }

        return new(model?.Predict(action.PriorPropensity, features) ?? action.PriorPropensity, Learned(model));
    }

    /// <summary>The model of an action, to explore or to explain by; null: it has none, and its prior is all.</summary>
    public BayesianModel? Find(ushort action)
    {
        var models = Volatile.Read(ref _byAction);
        return action < models.Length ? models[action]?.Model : null;
    }

    /// <summary>Ranks with this model from now on, whatever was used before.</summary>
    public void Use(ushort action, BayesianModel model, long version = 0)
    {
        lock (_writing)
        {
            Swap(action, model, version);
        }
    }

    /// <summary>Ranks with a snapshot from now on, unless what is used is as new.</summary>
    /// <returns>Whether it is used.</returns>
    public bool Offer(ushort action, long version, byte[] snapshot)
    {
        lock (_writing)
        {
            if (action < _byAction.Length && _byAction[action] is { } known && known.Version >= version)
            {
                return false;
            }

            Swap(action, BayesianModel.FromBytes(snapshot), version);
            return true;
        }
    }

    private static uint Learned(BayesianModel? model) => (uint)Math.Min(uint.MaxValue, model?.Learned ?? 0);

    private void Swap(ushort action, BayesianModel model, long version)
    {
        if (action < _byAction.Length && _byAction[action] is { } known && known.Model == model)
        {
            known.Version = version;
            return;
        }

        var models = new Versioned?[Math.Max(_byAction.Length, action + 1)];
        _byAction.CopyTo(models, 0);
        models[action] = new(model) { Version = version };
        Volatile.Write(ref _byAction, models);
    }

    private sealed class Versioned(BayesianModel model)
    {
        public BayesianModel Model => model;

        // Read and written under the lock alone.
        public long Version { get; set; }
    }
}
