using System.Collections;
using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Zhice.Catalogs.Plans;

/// <summary>Changes of the catalogue that a plan proposes, made in a draft.</summary>
public static class NextCatalog
{
    private const string Suffix = "_next";
    private const int MaxIdLength = 64;
    private const int MaxWeight = 1_000;

    /// <summary>Gives an arm to all customers of an experiment.</summary>
    /// <returns>The layer of the experiment; null where the draft has no such experiment.</returns>
    public static V1.ExperimentLayer? Promote(V1.Catalog draft, string experimentId, string armId)
    {
        var (layer, experiment) = Find(draft, experimentId);
        if (experiment is not null)
        {
            experiment.PromotedArmId = armId;
        }

        return layer;
    }

    /// <summary>
    /// Replaces an experiment by one of the same arms with other weights. It has an id of its own, as arms of a running experiment do not change;
    /// what was reserved for an arm is reserved for that of the new one.
    /// </summary>
    /// <param name="draft">The draft.</param>
    /// <param name="experimentId">The experiment.</param>
    /// <param name="shares">The share of each arm, 0 to 1, in their order.</param>
    /// <returns>The id of the new one; null where the draft has no such experiment, or there is one with that id.</returns>
    public static string? Reshare(V1.Catalog draft, string experimentId, ImmutableArray<double> shares)
    {
        var id = $"{experimentId[..Math.Min(experimentId.Length, MaxIdLength - Suffix.Length)]}{Suffix}";
        var (_, experiment) = Find(draft, experimentId);
        if (experiment is null || Find(draft, id).Experiment is not null || experiment.Arms.Count != shares.Length)
        {
            return null;
        }

        experiment.ExperimentId = id;
        experiment.Salt = "";
        foreach (var (place, arm) in experiment.Arms.Index())
        {
            arm.Weight = Math.Clamp((int)Math.Round(shares[place] * MaxWeight), 1, MaxWeight);
        }

        Rename(draft, experimentId, id);
        return id;
    }

    /// <summary>Halves the lever of an action.</summary>
    /// <returns>Whether the draft has it.</returns>
    public static bool HalveLever(V1.Catalog draft, string actionId)
    {
        if (draft.Actions.FirstOrDefault(action => action.ActionId == actionId) is not { } action)
        {
            return false;
        }

        action.Lever = (action.HasLever ? action.Lever : 1) / 2;
        return true;
    }

    /// <summary>Offers an action no more from an instant on.</summary>
    /// <returns>Whether the draft has it.</returns>
    public static bool Withdraw(V1.Catalog draft, string actionId, DateTimeOffset at)
    {
        if (draft.Actions.FirstOrDefault(action => action.ActionId == actionId) is not { } action)
        {
            return false;
        }

        action.EndTime = Timestamp.FromDateTimeOffset(at);
        return true;
    }

    private static (V1.ExperimentLayer? Layer, V1.Experiment? Experiment) Find(V1.Catalog draft, string experimentId)
    {
        foreach (var layer in draft.ExperimentLayers)
        {
            if (layer.Experiments.FirstOrDefault(each => each.ExperimentId == experimentId) is { } found)
            {
                return (layer, found);
            }
        }

        return (null, null);
    }

    // Wherever the catalogue names an arm.
    private static void Rename(IMessage message, string from, string to)
    {
        if (message is V1.ArmRef arm && arm.ExperimentId == from)
        {
            arm.ExperimentId = to;
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(static field => field is { FieldType: FieldType.Message, IsMap: false }))
        {
            var value = field.Accessor.GetValue(message);
            IEnumerable parts = value is IMessage one ? new[] { one } : value as IEnumerable ?? Array.Empty<IMessage>();
            foreach (IMessage part in parts)
            {
                Rename(part, from, to);
            }
        }
    }
}
