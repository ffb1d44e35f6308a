using Zhice.Domain.Catalogs;
using Zhice.Domain.Primitives;

namespace Zhice.Domain.Learning;

/// <summary>The models that this silo ranks with, one for each action that has learned anything.</summary>
/// <remarks>Copies: a model that goes on learning is told to it again, as a whole or for what changed.</remarks>
public sealed class PropensityModels : IPropensities
{
    private static readonly float FullVariance = ModelSettings.Default.PriorVariance;

    private readonly Lock _writing = new();
    private readonly FeatureRows _rows = new();
    private ModelBlock?[] _blocks = [];
    private Known?[] _byAction = [];

    /// <inheritdoc/>
    public PropensityEstimate Estimate(BankAction action, ReadOnlySpan<uint> features, double? draw, ref FeatureSums sums)
    {
        // Nobody accepts a notice or an alert: what is not marketing has no propensity but the bank's own.
        if (action.Purpose != Purpose.Marketing)
        {
            return new(action.PriorPropensity, 0);
        }

        var known = Find(action.Number);
        if (known is null)
        {
            // Nothing was learned: there is no doubt about the prior, unless one explores.
            return draw is { } anything
                ? Explored(
                    BayesianModel.Sample(BayesianModel.Logit(action.PriorPropensity), 0, FullVariance * features.Length, anything), 0)
                : new(action.PriorPropensity, 0);
        }

        Sum(known, features, ref sums);
        if (draw is null && GetMean(known, ref sums) is var mean && !double.IsNaN(mean))
        {
            return new(mean, known.Learned);
        }

        var (prior, sum, variance) = (known.StartFor(action), sums.Means[known.Lane], sums.Variances[known.Lane]);
        return draw is { } normal
            ? Explored(BayesianModel.Sample(prior, sum, variance, normal), known.Learned)
            : new(BayesianModel.Mean(prior, sum, variance), known.Learned);
    }

    /// <inheritdoc/>
    public double GetVariance(BankAction action, ReadOnlySpan<uint> features, ref FeatureSums sums)
    {
        if (action.Purpose != Purpose.Marketing)
        {
            return 0;
        }

        if (Find(action.Number) is not { } known)
        {
            return FullVariance * features.Length;
        }

        Sum(known, features, ref sums);
        return sums.Variances[known.Lane];
    }

    /// <summary>How many outcomes the model of an action had learned when it was told; 0: it has none, and its prior is all.</summary>
    public uint Learned(ushort action) => Find(action)?.Learned ?? 0;

    /// <summary>What weighs most for or against acceptance of an action, the largest first.</summary>
    /// <param name="action">The action.</param>
    /// <param name="features">What <see cref="FeatureVector"/> gave.</param>
    /// <param name="sources">The tag of each feature, from <see cref="FeatureVector"/> too.</param>
    /// <param name="largest">Where to write; its length is the most that are wanted.</param>
    /// <returns>How many were written: none for a weight of 0.</returns>
    public int Explain(ushort action, ReadOnlySpan<uint> features, ReadOnlySpan<ushort> sources, Span<Contribution> largest)
    {
        var (known, count) = (Find(action), 0);
        for (var i = 0; i < features.Length && known is not null; i++)
        {
            var weight = known.Block.GetWeight(known.Lane, _rows.Find(features[i]));
            var place = count;
            while (place > 0 && Math.Abs(largest[place - 1].Weight) < Math.Abs(weight))
            {
                place--;
            }

            if (weight != 0 && place < largest.Length)
            {
                var moved = Math.Min(count, largest.Length - 1) - place;
                largest.Slice(place, moved).CopyTo(largest[(place + 1)..]);
                largest[place] = new(sources[i], weight);
                count = Math.Min(count + 1, largest.Length);
            }
        }

        return count;
    }

    /// <summary>Ranks with this model from now on, whatever was used before.</summary>
    public void Use(ushort action, BayesianModel model, long version = 0)
    {
        lock (_writing)
        {
            Take(action, model, version).Source = model;
        }
    }

    /// <summary>Takes over what a model that is in use has learned from an outcome.</summary>
    /// <param name="action">The action.</param>
    /// <param name="model">Its model.</param>
    /// <param name="version">The model's version now.</param>
    /// <param name="features">The features of the outcome.</param>
    public void Follow(ushort action, BayesianModel model, long version, ReadOnlySpan<uint> features)
    {
        lock (_writing)
        {
            if (Find(action) is { } known && known.Source == model)
            {
                foreach (var feature in features)
                {
                    known.Block.Write(known.Lane, GetOrAddRow(feature), model.Beliefs.Get(feature));
                }

                known.Publish(version, model);
            }
            else
            {
                Take(action, model, version).Source = model;
            }
        }
    }

    /// <summary>Ranks with a snapshot from now on, unless what is used is as new.</summary>
    /// <returns>Whether it is used.</returns>
    public bool Offer(ushort action, long version, byte[] snapshot)
    {
        lock (_writing)
        {
            if (Find(action) is { } known && known.Version >= version)
            {
                return false;
            }

            Take(action, BayesianModel.FromBytes(snapshot), version).Source = null;
            return true;
        }
    }

    /// <summary>Ranks with what a model has learned since an earlier version, unless what is used is as new.</summary>
    /// <param name="action">The action.</param>
    /// <param name="from">The earlier version.</param>
    /// <param name="version">The version that it leads to.</param>
    /// <param name="step">As <see cref="ModelStepCodec"/> writes it.</param>
    /// <returns>False when what is used is older than the earlier version: the whole model is needed.</returns>
    public bool OfferStep(ushort action, long from, long version, byte[] step)
    {
        lock (_writing)
        {
            if (Find(action) is not { } known || known.Version < from)
            {
                return false;
            }

            if (known.Version < version)
            {
                var (learned, prior, beliefs) = ModelStepCodec.FromBytes(step);
                foreach (var (feature, belief) in beliefs)
                {
                    known.Block.Write(known.Lane, GetOrAddRow(feature), belief);
                }

                known.Publish(version, learned, prior);
                known.Source = null;
            }

            return true;
        }
    }

    private static PropensityEstimate Explored((double Mean, double Drawn) sample, uint learned) =>
        new(sample.Mean, learned, (float)(sample.Drawn / sample.Mean));

    private void Sum(Known known, ReadOnlySpan<uint> features, ref FeatureSums sums)
    {
        if (sums.Block != known.Block)
        {
            var rows = GetRows(features, ref sums);
            (sums.Block = known.Block).Sum(rows, out sums.Means, out sums.Variances);
            sums.HasProbabilities = false;
        }
    }

    // The probability without a draw, worked out for the whole block; NaN where the model starts from what the catalogue says.
    private static double GetMean(Known known, ref FeatureSums sums)
    {
        if (!sums.HasProbabilities)
        {
            (sums.Probabilities, sums.HasProbabilities) = (known.Block.GetMeans(sums.Means, sums.Variances), true);
        }

        return sums.Probabilities[known.Lane];
    }

    private ReadOnlySpan<int> GetRows(ReadOnlySpan<uint> features, ref FeatureSums sums)
    {
        Span<int> rows = sums.Rows;
        for (var i = 0; i < features.Length && !sums.HasRows; i++)
        {
            rows[i] = _rows.Find(features[i]);
        }

        sums.HasRows = true;
        return rows[..features.Length];
    }

    // The row of a feature; when it has none, a new one in all blocks, which says what was said of the feature before.
    private int GetOrAddRow(uint feature)
    {
        if (!_rows.Has(feature))
        {
            var before = _rows.Find(feature);
            foreach (var block in _blocks)
            {
                block?.Add(_rows.Count, before);
            }

            _rows.Add(feature);
        }

        return _rows.Find(feature);
    }

    private Known? Find(ushort action)
    {
        var models = Volatile.Read(ref _byAction);
        return action < models.Length ? models[action] : null;
    }

    private Known Take(ushort action, BayesianModel model, long version)
    {
        var known = Find(action) ?? new(GetOrAddBlock(action), action % ModelBlock.Width);
        foreach (var feature in model.Beliefs.Slots())
        {
            GetOrAddRow(feature);
        }

        known.Block.Write(known.Lane, FeatureRows.Unmet, new(0, model.Settings.PriorVariance));
        for (var row = 1; row < _rows.Count; row++)
        {
            known.Block.Write(known.Lane, row, model.Beliefs.Get(_rows.GetFeature(row)));
        }

        known.Publish(version, model);
        if (Find(action) is null)
        {
            var models = new Known?[Math.Max(_byAction.Length, action + 1)];
            _byAction.CopyTo(models, 0);
            models[action] = known;
            Volatile.Write(ref _byAction, models);
        }

        return known;
    }

    private ModelBlock GetOrAddBlock(ushort action)
    {
        var at = action / ModelBlock.Width;
        if (at >= _blocks.Length)
        {
            Array.Resize(ref _blocks, at + 1);
        }

        if (_blocks[at] is null)
        {
            var block = new ModelBlock();
            for (var row = 1; row < _rows.Count; row++)
            {
                block.Add(row, FeatureRows.Unmet);
            }

            _blocks[at] = block;
        }

        return _blocks[at]!;
    }

    // Source and version are read and written under the lock alone.
    private sealed class Known(ModelBlock block, int lane)
    {
        public ModelBlock Block => block;

        public int Lane => lane;

        // The model that it follows; null: it was a snapshot.
        public BayesianModel? Source { get; set; }

        public long Version { get; private set; }

        public uint Learned { get; private set; }

        public double StartFor(BankAction action) =>
            block.GetStart(lane) is var start && double.IsNaN(start) ? BayesianModel.Logit(action.PriorPropensity) : start;

        public void Publish(long version, BayesianModel model) => Publish(version, model.Learned, model.Prior);

        public void Publish(long version, long learned, double? prior)
        {
            block.SetStart(lane, prior is { } probability ? BayesianModel.Logit(probability) : double.NaN);
            (Version, Learned) = (version, (uint)Math.Min(uint.MaxValue, learned));
        }
    }
}
