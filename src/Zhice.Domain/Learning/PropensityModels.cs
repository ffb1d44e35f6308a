using Zhice.Domain.Catalogs;

namespace Zhice.Domain.Learning;

/// <summary>The models that this silo ranks with, one for each action that has learned anything.</summary>
public sealed class PropensityModels : IPropensities
{
    private readonly Lock _writing = new();
    private PropensityModel?[] _byAction = [];

    /// <inheritdoc/>
    public double Propensity(BankAction action, ReadOnlySpan<ushort> features, out long modelVersion)
    {
        var models = Volatile.Read(ref _byAction);
        if (action.Number < models.Length && models[action.Number] is { } model)
        {
            modelVersion = model.Learned;
            return model.Predict(action.PriorPropensity, features);
        }

        modelVersion = 0;
        return action.PriorPropensity;
    }

    /// <summary>Ranks with this model from now on.</summary>
    public void Use(ushort action, PropensityModel model)
    {
        lock (_writing)
        {
            var models = new PropensityModel?[Math.Max(_byAction.Length, action + 1)];
            _byAction.CopyTo(models, 0);
            models[action] = model;
            Volatile.Write(ref _byAction, models);
        }
    }
}
