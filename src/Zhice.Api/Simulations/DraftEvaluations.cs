using System.Globalization;
using Google.Protobuf;
using Zhice.Api.Catalogs;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Simulations;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Simulations;

/// <summary>What a draft would have been worth by the log of decisions.</summary>
internal sealed class DraftEvaluations(IGrainFactory grains, Catalog now, TimeProvider time)
{
    private const int UsualDays = 14;
    private const int MaxDays = 90;
    private const double UsualRounds = 100;
    private const double MinRounds = 10;
    private const double MaxRounds = 1_000_000;

    public async Task<EvaluateDraftResponse> CreateAsync(EvaluateDraftRequest request, CancellationToken cancellation)
    {
        var check = new RequestCheck();
        if (request.Draft is null)
        {
            check.Add("draft", FieldReasons.Required, "must be set; to look at the catalogue in force, send it");
        }

        _ = CatalogDraft.Read(request.Draft, now, check);
        if (check.Id("placement_id", request.PlacementId) && !now.Placements.ContainsKey(request.PlacementId))
        {
            var name = RequestCheck.Clip(request.PlacementId);
            check.Add("placement_id", FieldReasons.Mismatch, $"is no placement of the catalogue{NearestName.Hint(name, now.Placements.Keys)}");
        }

        if (request.OutcomeId.Length > 0)
        {
            _ = OutcomeIds.Find(request.OutcomeId, now, check);
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var (from, to) = (ReadDay("from_date", request.FromDate, today.AddDays(-UsualDays), check), ReadDay("to_date", request.ToDate, today.AddDays(-1), check));
        if (to < from || to.DayNumber - from.DayNumber >= MaxDays)
        {
            check.Add("to_date", FieldReasons.OutOfRange, $"must be from from_date on, and at most {MaxDays} days in all");
        }

        if (request.MinEffectiveRounds != 0 && !(request.MinEffectiveRounds is >= MinRounds and <= MaxRounds))
        {
            check.Add("min_effective_rounds", FieldReasons.OutOfRange, $"must be {MinRounds} to {MaxRounds}, or 0 for {UsualRounds}");
        }

        check.ThrowIfAny();
        var result = await grains.GetGrain<IDraftEvaluationGrain>(Guid.NewGuid()).Evaluate(
            new(
                request.Draft!.ToByteArray(), request.PlacementId, request.OutcomeId, ToMs(from), ToMs(to.AddDays(1)),
                request.MinEffectiveRounds == 0 ? UsualRounds : request.MinEffectiveRounds),
            cancellation);
        return ToResponse(result);
    }

    private static EvaluateDraftResponse ToResponse(DraftEvaluation result) => new()
    {
        Decisions = result.Decisions, Unusable = result.Unusable, Forgotten = result.Forgotten, Own = ToEstimate(result.Own),
        Ips = result.Value is { } value ? ToEstimate(value.Ips) : null, Snips = result.Value is { } same ? ToEstimate(same.Snips) : null,
        EffectiveRounds = result.Value?.EffectiveRounds ?? 0, Unsupported = result.Value?.Unsupported ?? 0, Refusal = result.Refusal,
        IsCut = result.IsCut,
    };

    private static PolicyEstimate? ToEstimate(PolicyValue value) =>
        double.IsNaN(value.Value) ? null : new() { Value = value.Value, Low = value.Low, High = value.High };

    private static long ToMs(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static DateOnly ReadDay(string path, string date, DateOnly unset, RequestCheck check)
    {
        if (date.Length == 0)
        {
            return unset;
        }

        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var found))
        {
            check.Add(path, FieldReasons.Malformed, "is no date; write it as 2026-11-30");
            return unset;
        }

        return found;
    }
}
