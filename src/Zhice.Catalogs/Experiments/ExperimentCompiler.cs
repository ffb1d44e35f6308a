using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.Collections;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs.Experiments;

/// <summary>Checks the holdouts and experiments of a definition, and finds those that actions name.</summary>
internal sealed class ExperimentCompiler
{
    private const double MaxHeldOut = 0.5;
    private const int MaxArms = 16;
    private const int MaxArmWeight = 1000;
    private const int MaxSaltBytes = 64;

    private readonly ExperimentParts _parts;
    private readonly long _version;
    private readonly RepeatedField<V1.Holdout> _holdouts;
    private readonly string[] _outcomeIds;
    private readonly CatalogFaults _faults;
    private readonly CatalogIds _experimentIds;
    private readonly ImmutableArray<Experiment>.Builder _experiments = ImmutableArray.CreateBuilder<Experiment>();

    public ExperimentCompiler(V1.Catalog definition, CategoryTree categories, CatalogFaults faults, SymbolTable symbols, long version)
    {
        (_parts, _version) = (ExperimentParts.In(symbols), version);
        (_holdouts, _faults, _experimentIds) = (definition.Holdouts, faults, new CatalogIds("experiment", faults));
        _outcomeIds = [.. definition.Outcomes.Select(static outcome => outcome.OutcomeId)];
        Holdouts = CompileHoldouts(categories);
        var layerIds = new CatalogIds("layer", faults);
        for (var i = 0; i < definition.ExperimentLayers.Count && !faults.IsFull; i++)
        {
            var (path, layer) = ($"experiment_layers[{i}]", definition.ExperimentLayers[i]);
            layerIds.Add(path, "layer_id", layer.LayerId);
            CompileLayer(path, layer);
        }

        faults.AtMost("experiment_layers", _experiments.Count, Assignment.MaxExperiments, "experiments");
        Experiments = _experiments.ToImmutable();
    }

    /// <summary>The holdouts, in the definition's order.</summary>
    public ImmutableArray<Holdout> Holdouts { get; }

    /// <summary>The experiments of all layers, in the definition's order.</summary>
    public ImmutableArray<Experiment> Experiments { get; }

    /// <summary>A bit for each holdout that an action heeds.</summary>
    public ulong GetHoldouts(
        V1.Action action, CategoryTree categories) => ContextWeightCompiler.GetBits(_holdouts, holdout => holdout.ScopeCase switch
    {
        V1.Holdout.ScopeOneofCase.ActionId => holdout.ActionId == action.ActionId,
        V1.Holdout.ScopeOneofCase.CategoryId => categories.IsWithin(action.CategoryId, holdout.CategoryId),
        _ => true,
    });

    /// <summary>Names of actions that holdouts have and the definition does not.</summary>
    public void CheckActions(CatalogIds actions)
    {
        for (var i = 0; i < _holdouts.Count; i++)
        {
            if (_holdouts[i].ScopeCase == V1.Holdout.ScopeOneofCase.ActionId)
            {
                actions.Knows($"holdouts[{i}].action_id", _holdouts[i].ActionId);
            }
        }
    }

    /// <summary>The place of an experiment, from 0; -1 with a fault when there is none.</summary>
    public int FindIndex(string path, string id) =>
        _experimentIds.Knows(path, id) ? _experiments.Index().First(each => each.Item.Id == id).Index : -1;

    /// <summary>The number of an arm that is named; none with a fault when there is no such arm, and none when none is named.</summary>
    public ArmNumber Find(string path, V1.ArmRef? named)
    {
        if (named is null || !_experimentIds.Knows($"{path}.experiment_id", named.ExperimentId))
        {
            return default;
        }

        for (var i = 0; i < _experiments.Count; i++)
        {
            if (_experiments[i].Id == named.ExperimentId)
            {
                var arms = new CatalogIds("arm of this experiment", _faults);
                for (var arm = 0; arm < _experiments[i].Arms.Length; arm++)
                {
                    if (_experiments[i].Arms[arm].Id == named.ArmId)
                    {
                        return new((byte)i, (byte)(arm + 1));
                    }

                    arms.Add(path, "arm_id", _experiments[i].Arms[arm].Id);
                }

                arms.Knows($"{path}.arm_id", named.ArmId);
            }
        }

        return default;
    }

    private ImmutableArray<Holdout> CompileHoldouts(CategoryTree categories)
    {
        _faults.AtMost("holdouts", _holdouts.Count, Assignment.MaxExperiments, "holdouts");
        var ids = new CatalogIds("holdout", _faults);
        var holdouts = ImmutableArray.CreateBuilder<Holdout>();
        for (var i = 0; i < _holdouts.Count && !_faults.IsFull; i++)
        {
            var (path, holdout) = ($"holdouts[{i}]", _holdouts[i]);
            ids.Add(path, "holdout_id", holdout.HoldoutId);
            _faults.DisplayName($"{path}.display_name", holdout.DisplayName, holdout.HoldoutId);
            if (holdout.ScopeCase == V1.Holdout.ScopeOneofCase.CategoryId)
            {
                categories.Ids.Knows($"{path}.category_id", holdout.CategoryId);
            }

            holdouts.Add(new Holdout(
                holdout.HoldoutId, Salt(path, "holdout", holdout.Salt, holdout.HoldoutId), Share(path, holdout.Share, MaxHeldOut)));
        }

        return holdouts.ToImmutable();
    }

    private void CompileLayer(string path, V1.ExperimentLayer layer)
    {
        // Only experiments before this layer are known yet, so that layers cannot lie within each other in a circle.
        var within = Find($"{path}.within", layer.Within);
        var layerSalt = Salt(path, "layer", layer.Salt, layer.LayerId);
        if (layer.Experiments.Count == 0)
        {
            _faults.Add($"{path}.experiments", "found none; a layer has at least one experiment");
        }

        var from = 0;
        for (var i = 0; i < layer.Experiments.Count && !_faults.IsFull; i++)
        {
            var (experimentPath, experiment) = ($"{path}.experiments[{i}]", layer.Experiments[i]);
            _experimentIds.Add(experimentPath, "experiment_id", experiment.ExperimentId);
            _faults.DisplayName($"{experimentPath}.display_name", experiment.DisplayName, experiment.ExperimentId);
            var to = from + Share(experimentPath, experiment.Share, max: 1);
            var parts = _parts.GetRanges(layer.LayerId, experiment.ExperimentId, _version) is { Count: > 0 } known
                ? known
                : [new(from, to)];
            var arms = Arms(experimentPath, experiment.Arms);
            _experiments.Add(new Experiment
            {
                Id = experiment.ExperimentId,
                LayerSalt = layerSalt,
                Within = within,
                From = parts[0].From,
                To = parts[0].To,
                Also = [.. parts.Skip(1)],
                ArmSalt = Salt(experimentPath, "arms", experiment.Salt, experiment.ExperimentId),
                Arms = arms,
                Promotion = PromotionCompiler.Compile($"{experimentPath}.promotion", experiment.Promotion, _outcomeIds, _faults),
                Promoted = FindPromoted(experimentPath, experiment.PromotedArmId, arms),
            });
            from = to;
        }

        if (from > Assignment.Parts)
        {
            _faults.Add($"{path}.experiments", string.Create(
                CultureInfo.InvariantCulture, $"their shares sum up to {(double)from / Assignment.Parts}; they may to 1"));
        }
    }

    private byte FindPromoted(string path, string armId, ImmutableArray<Arm> arms)
    {
        if (armId.Length == 0)
        {
            return 0;
        }

        for (var i = 0; i < arms.Length; i++)
        {
            if (arms[i].Id == armId)
            {
                return (byte)(i + 1);
            }
        }

        var name = ShortName.Shorten(armId);
        _faults.Add($"{path}.promoted_arm_id", $"the experiment has no arm '{name}'{NearestName.Hint(name, arms.Select(static arm => arm.Id))}");
        return 0;
    }

    private ImmutableArray<Arm> Arms(string path, RepeatedField<V1.Arm> definitions)
    {
        if (definitions.Count is < 2 or > MaxArms)
        {
            _faults.Add($"{path}.arms", $"found {definitions.Count}; an experiment has 2 to {MaxArms} arms");
        }

        var ids = new CatalogIds("arm of this experiment", _faults);
        var arms = ImmutableArray.CreateBuilder<Arm>();
        var upTo = 0;
        for (var i = 0; i < Math.Min(definitions.Count, MaxArms) && !_faults.IsFull; i++)
        {
            var (armPath, arm) = ($"{path}.arms[{i}]", definitions[i]);
            ids.Add(armPath, "arm_id", arm.ArmId);
            if (arm.Weight is < 0 or > MaxArmWeight)
            {
                _faults.Add($"{armPath}.weight", $"found {arm.Weight}; a weight is 1 to {MaxArmWeight}, or 0 for 1");
            }

            upTo += Math.Clamp(arm.Weight, 1, MaxArmWeight);
            arms.Add(new Arm(arm.ArmId, upTo));
        }

        return arms.ToImmutable();
    }

    private int Share(string path, double share, double max)
    {
        var parts = share * Assignment.Parts;
        if (share > 0 && share <= max && Math.Abs(parts - Math.Round(parts)) < 1e-6)
        {
            return (int)Math.Round(parts);
        }

        _faults.Add($"{path}.share", string.Create(
            CultureInfo.InvariantCulture,
            $"found {share}; a share here is above 0 and at most {max}, in steps of {1.0 / Assignment.Parts}"));
        return 0;
    }

    private long Salt(string path, string kind, string salt, string id) =>
        Assignment.GetSalt($"{kind}:{(_faults.Text($"{path}.salt", salt, MaxSaltBytes).Length == 0 ? id : salt)}");
}
