using System.Collections.Immutable;
using Google.Protobuf;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Decisions;
using Zhice.Domain.Experiments;
using Zhice.Domain.Expressions;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Simulations;

/// <summary>Checks what is to be simulated.</summary>
internal static class SimulationQueries
{
    private const int MaxPlacements = 64;

    /// <summary>Checks all but the draft.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="now">The catalogue in force.</param>
    /// <param name="draft">The draft; the catalogue in force where there is none.</param>
    /// <param name="check">Where it says what is wrong.</param>
    public static SimulationQuery Read(SimulateRequest request, Catalog now, Catalog draft, RequestCheck check)
    {
        var parts = ReadSample(request.Sample, check);
        if (request.Limit is < 0 or > Decider.MaxLimit)
        {
            check.Add(
                "limit", FieldReasons.OutOfRange,
                $"is {request.Limit}; 1 to {Decider.MaxLimit} are allowed, or 0 for the placement's default");
        }

        CheckAudience(request.Audience, now, check);
        var placements = ReadPlacements(request, now, draft, check);
        return new(now.Version, request.Draft?.ToByteArray() ?? [], request.Audience, parts, placements, request.Limit);
    }

    private static int ReadSample(double sample, RequestCheck check)
    {
        if (sample == 0)
        {
            return Assignment.Parts;
        }

        if (!(sample is >= 1.0 / Assignment.Parts and <= 1))
        {
            check.Add(
                "sample", FieldReasons.OutOfRange,
                FormattableString.Invariant($"is {sample}; {1.0 / Assignment.Parts} to 1 are allowed, or 0 for all"));
            return 0;
        }

        return (int)Math.Round(sample * Assignment.Parts);
    }

    private static void CheckAudience(string audience, Catalog now, RequestCheck check)
    {
        if (audience.Length == 0)
        {
            return;
        }

        try
        {
            Expression.Condition(audience, ExpressionSchema.Create(now));
        }
        catch (ExpressionException fault)
        {
            check.Add("audience", FieldReasons.Malformed, fault.Message);
        }
    }

    private static ImmutableArray<string> ReadPlacements(SimulateRequest request, Catalog now, Catalog draft, RequestCheck check)
    {
        if (request.PlacementIds.Count == 0)
        {
            return [.. draft.Placements.Values.Concat(now.Placements.Values)
                .Where(static placement => !placement.Candidates.IsEmpty)
                .OrderBy(static placement => placement.Number)
                .Select(static placement => placement.Id)
                .Distinct()];
        }

        if (request.PlacementIds.Count > MaxPlacements)
        {
            check.Add(
                "placement_ids", FieldReasons.TooMany, $"has {request.PlacementIds.Count} entries; at most {MaxPlacements} are allowed");
        }

        for (var i = 0; i < Math.Min(request.PlacementIds.Count, MaxPlacements); i++)
        {
            if (!now.Placements.ContainsKey(request.PlacementIds[i]) && !draft.Placements.ContainsKey(request.PlacementIds[i]))
            {
                check.Unknown($"placement_ids[{i}]", "placement", request.PlacementIds[i], draft.Placements.Keys);
            }
        }

        return [.. request.PlacementIds.Distinct()];
    }
}
