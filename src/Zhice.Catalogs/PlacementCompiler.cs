using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Contacts;
using Zhice.Domain.Decisions;
using Zhice.Domain.Learning;
using Zhice.Domain.Primitives;

namespace Zhice.Catalogs;

/// <summary>Makes the placements of a definition, whose ids and channels were checked, with what may be shown in them.</summary>
internal sealed class PlacementCompiler(
    DefinitionNames names, ImmutableArray<BankAction> actions, ImmutableArray<ContactCap> caps, CategoryGroups groups)
{
    private const int DefaultLimit = 3;

    private readonly SymbolTable _symbols = names.Symbols;
    private readonly CatalogFaults _faults = names.Faults;

    public ImmutableArray<Placement> Compile(RepeatedField<V1.Placement> definitions)
    {
        var placements = ImmutableArray.CreateBuilder<Placement>(definitions.Count);
        for (var i = 0; i < definitions.Count && !_faults.IsFull; i++)
        {
            placements.Add(Compile($"placements[{i}]", definitions[i]));
        }

        return placements.ToImmutable();
    }

    private Placement Compile(string path, V1.Placement definition)
    {
        if (definition.MaxPerCategory is < 0 or > Decider.MaxLimit)
        {
            _faults.Add($"{path}.max_per_category", $"found {definition.MaxPerCategory}; it is 1 to {Decider.MaxLimit}, or 0 for no limit");
        }

        var placement = new Placement
        {
            Id = definition.PlacementId,
            Number = _symbols.Find(SymbolKind.Placement, definition.PlacementId),
            Channel = _symbols.Find(SymbolKind.Channel, definition.ChannelId),
            DefaultLimit = definition.DefaultLimit == 0 ? DefaultLimit : definition.DefaultLimit,
            CountsAtDecision = definition.CountAt == V1.CountAt.Decision,
            CountAt = definition.CountAt == V1.CountAt.Send ? CountMoment.Send : CountMoment.Impression,
            TaughtAt = CompileTaughtAt(path, definition),
            Explores = definition.Exploration == V1.Exploration.Thompson,
            MaxPerCategory = definition.MaxPerCategory == 0 ? int.MaxValue : definition.MaxPerCategory,
            FixedSlots = FixedSlots($"{path}.fixed_slots", definition.FixedSlots),
            Fallback = definition.Fallback is null ? null : ContentCompiler.Compile($"{path}.fallback", definition.Fallback, _faults),
            Candidates = GetCandidates(definition.PlacementId),
            FeatureSeed = FeatureVector.GetSeed(
                "placement:" + _symbols.FindFirstName(SymbolKind.Placement, _symbols.Find(SymbolKind.Placement, definition.PlacementId))),
        };
        return placement with
        {
            Reserves = placement.Candidates.Any(IsReserved),
            TakesStock = placement.Candidates.Any(static candidate => candidate.Action.Stock is not null),
        };

        bool IsReserved(Candidate candidate) => candidate.Treatments.Any(
            treatment => ContactPolicy.Reserves(caps, placement.AskFor(candidate.Action, treatment.Number), groups));
    }

    // A channel that counts what goes out, and not what is seen, mostly reports no impressions.
    private LearningMoment CompileTaughtAt(string path, V1.Placement definition)
    {
        if (!Enum.IsDefined(definition.TaughtAt))
        {
            _faults.Add($"{path}.taught_at", $"{(int)definition.TaughtAt} is no moment to teach at; it is one of impression, sent");
        }

        var isCountedUnseen = definition.CountAt is V1.CountAt.Decision or V1.CountAt.Send;
        return definition.TaughtAt == V1.TaughtAt.Sent || (definition.TaughtAt == V1.TaughtAt.Unspecified && isCountedUnseen)
            ? LearningMoment.Sent
            : LearningMoment.Impression;
    }

    private ImmutableArray<FixedSlot> FixedSlots(string path, RepeatedField<V1.FixedSlot> definitions)
    {
        _faults.AtMost(path, definitions.Count, Decider.MaxLimit, "fixed slots");
        var slots = ImmutableArray.CreateBuilder<FixedSlot>();
        for (var i = 0; i < definitions.Count && !_faults.IsFull; i++)
        {
            var (rank, action) = (definitions[i].Rank, definitions[i].ActionId);
            if (rank is < 1 or > Decider.MaxLimit)
            {
                _faults.Add($"{path}[{i}].rank", $"found {rank}; a rank is 1 to {Decider.MaxLimit}");
            }
            else if (slots.Any(slot => slot.Rank == rank))
            {
                _faults.Add($"{path}[{i}].rank", $"rank {rank} belongs to an action already; each rank is there once");
            }

            if (names.Actions.Knows($"{path}[{i}].action_id", action))
            {
                var number = _symbols.Find(SymbolKind.Action, action);
                if (slots.Any(slot => slot.Action == number))
                {
                    _faults.Add($"{path}[{i}].action_id", $"'{action}' has a rank already; each action is there once");
                }

                slots.Add(new(rank, number));
            }
        }

        return slots.ToImmutable();
    }

    private ImmutableArray<Candidate> GetCandidates(string placementId) =>
    [
        .. from action in actions
           let treatments = action.Treatments.Where(fits => fits.PlacementIds.Contains(placementId)).ToImmutableArray()
           where !treatments.IsEmpty
           select new Candidate(action, treatments),
    ];
}
