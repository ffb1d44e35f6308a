using System.Collections.Immutable;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;

namespace Zhice.Domain.Campaigns;

/// <summary>An order made ready to judge customers by, with one version of the catalogue.</summary>
public sealed class CampaignPlan
{
    private CampaignPlan(CampaignSpec order, Catalog catalog)
    {
        (Order, Catalog) = (order, catalog);
        HoldoutSalt = Assignment.GetSalt($"campaign/{order.CampaignId}/holdout");
        ArmSalt = Assignment.GetSalt($"campaign/{order.CampaignId}/arm");
    }

    /// <summary>The order.</summary>
    public CampaignSpec Order { get; }

    /// <summary>The catalogue that it was made ready with.</summary>
    public Catalog Catalog { get; }

    /// <summary>Whom it is for; null: all whom it is given to.</summary>
    public Expression? Audience { get; private init; }

    /// <summary>What is proposed.</summary>
    public required BankAction Action { get; init; }

    /// <summary>The placements that can show it, in order of preference; for each arm, or for none, its candidate.</summary>
    public required ImmutableArray<PlacementChoice> Choices { get; init; }

    internal long HoldoutSalt { get; }

    internal long ArmSalt { get; }

    /// <summary>Makes an order ready; null when the catalogue does not allow it, and why.</summary>
    public static CampaignPlan? Make(CampaignSpec order, Catalog catalog, out string fault)
    {
        fault = "";
        Expression? audience = null;
        try
        {
            audience = order.Audience.Length == 0 ? null : Expression.Condition(order.Audience, ExpressionSchema.Create(catalog));
        }
        catch (ExpressionException wrong)
        {
            fault = $"audience: {wrong.Message}";
            return null;
        }

        if (catalog.FindAction(order.ActionId) is not { } action)
        {
            fault = $"action_id: the catalogue has no action '{order.ActionId}'{NearestName.Hint(order.ActionId, catalog.ActionsById.Keys)}";
            return null;
        }

        var choices = ImmutableArray.CreateBuilder<PlacementChoice>(order.PlacementIds.Length);
        foreach (var id in order.PlacementIds)
        {
            if (catalog.FindPlacement(id) is not { } placement)
            {
                fault = $"placement_ids: the catalogue has no placement '{id}'{NearestName.Hint(id, catalog.Placements.Keys)}";
                return null;
            }

            if (Choice(order, action, placement, catalog) is not { } choice)
            {
                fault = order.Arms.IsEmpty
                    ? $"placement_ids: no treatment of action '{action.Id}' fits placement '{id}'"
                    : $"arms: an arm's treatment of action '{action.Id}' does not fit placement '{id}'; each arm needs one for each placement";
                return null;
            }

            choices.Add(choice);
        }

        return new CampaignPlan(order, catalog) { Audience = audience, Action = action, Choices = choices.MoveToImmutable() };
    }

    /// <summary>
    /// The first instant from one on at which customers may be contacted, unix milliseconds: when the send window is open and
    /// the channel of one of the placements is not in its quiet hours. Null: there is none.
    /// </summary>
    public long? OpensAt(long fromMs)
    {
        long? first = null;
        foreach (var choice in Choices)
        {
            first = OpensAt(choice, fromMs) is { } opens && !(first <= opens) ? opens : first;
        }

        return first;
    }

    /// <summary>The same for one placement.</summary>
    public long? OpensAt(PlacementChoice choice, long fromMs)
    {
        // Window and quiet hours shut by turns; where they leave no minute open, they do so every day.
        const int MaxTurns = 8;
        var (policy, isQuieted, atMs) = (Catalog.ContactPolicy, choice.Placement.AskFor(Action, 0).IsBound, fromMs);
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var opens = Order.Window is { } window && !window.IsOpen(Catalog.Calendar, atMs)
                ? Catalog.Calendar.NextAt(window.FromMinute, atMs)
                : atMs;
            var next = isQuieted ? policy.OpensAt(choice.Placement.Channel, opens) : opens;
            if (next == long.MaxValue)
            {
                return null;
            }

            if (next == atMs)
            {
                return atMs;
            }

            atMs = next;
        }

        return null;
    }

    /// <summary>The arm of a customer; null when the campaign has none.</summary>
    public CampaignArm? FindArm(string customerId)
    {
        var arms = Order.Arms;
        if (arms.IsEmpty)
        {
            return null;
        }

        if (Order.PromotedArm.Length > 0 && arms.FirstOrDefault(arm => arm.Id == Order.PromotedArm) is { } promoted)
        {
            return promoted;
        }

        var part = (long)Assignment.GetPart(ArmSalt, customerId) * arms[^1].UpTo / Assignment.Parts;
        return arms.First(arm => part < arm.UpTo);
    }

    /// <summary>The share of the customers that each arm gets, as they are drawn, in the order of the arms.</summary>
    public static ImmutableArray<double> GetShares(CampaignSpec order)
    {
        var (shares, before) = (ImmutableArray.CreateBuilder<double>(order.Arms.Length), 0L);
        foreach (var arm in order.Arms)
        {
            var upTo = (((long)arm.UpTo * Assignment.Parts) + order.Arms[^1].UpTo - 1) / order.Arms[^1].UpTo;
            shares.Add((double)(upTo - before) / Assignment.Parts);
            before = upTo;
        }

        return shares.MoveToImmutable();
    }

    private static PlacementChoice? Choice(CampaignSpec order, BankAction action, Placement placement, Catalog catalog)
    {
        if (placement.Candidates.FirstOrDefault(candidate => candidate.Action.Number == action.Number) is not { } candidate)
        {
            return null;
        }

        var armed = ImmutableArray.CreateBuilder<Candidate>(order.Arms.Length);
        foreach (var arm in order.Arms)
        {
            ImmutableArray<Treatment> shown =
                [.. candidate.Treatments.Where(treatment => TreatmentNames.IsMeant(treatment, action.Id, arm.TreatmentId, catalog))];
            if (shown.IsEmpty)
            {
                return null;
            }

            armed.Add(candidate with { Treatments = shown });
        }

        return new(
            placement, catalog.Channels.Values.First(channel => channel.Number == placement.Channel).Id, candidate,
            armed.MoveToImmutable());
    }
}

/// <summary>A placement in which a campaign may contact customers.</summary>
/// <param name="Placement">The placement.</param>
/// <param name="ChannelId">Its channel.</param>
/// <param name="Candidate">The campaign's action with all treatments that fit.</param>
/// <param name="ByArm">For each arm the action with its treatment alone.</param>
public sealed record PlacementChoice(Placement Placement, string ChannelId, Candidate Candidate, ImmutableArray<Candidate> ByArm);
