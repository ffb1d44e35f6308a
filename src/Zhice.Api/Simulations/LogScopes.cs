using System.Globalization;
using Zhice.Api.Requests;
using Zhice.Api.Errors;
using Zhice.Domain.Expressions;
using Zhice.Domain.Learning.OffPolicy;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;

namespace Zhice.Api.Simulations;

/// <summary>Which logged decisions are judged.</summary>
/// <param name="FromMs">From this instant on, unix milliseconds.</param>
/// <param name="ToMs">Until this instant, exclusive.</param>
/// <param name="MinRounds">How many rounds of a policy they must be worth.</param>
internal readonly record struct JudgedLog(long FromMs, long ToMs, double MinRounds);

/// <summary>Reads which logged decisions are judged, and writes what they are worth.</summary>
/// <param name="now">The catalogue in force.</param>
/// <param name="time">The time.</param>
internal sealed class LogScopes(Catalog now, TimeProvider time)
{
    private const int UsualDays = 14;
    private const int MaxDays = 90;
    private const double UsualRounds = 100;
    private const double MinRounds = 10;
    private const double MaxRounds = 1_000_000;

    /// <summary>Reads the fields of a request.</summary>
    public JudgedLog Read(string placementId, string outcomeId, (string From, string To) days, double minRounds, RequestCheck check)
    {
        if (check.Id("placement_id", placementId) && !now.Placements.ContainsKey(placementId))
        {
            var name = RequestCheck.Clip(placementId);
            check.Add("placement_id", FieldReasons.Mismatch, $"is no placement of the catalogue{NearestName.Hint(name, now.Placements.Keys)}");
        }

        if (outcomeId.Length > 0)
        {
            _ = OutcomeIds.Find(outcomeId, now, check);
        }

        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var from = ReadDay("from_date", days.From, today.AddDays(-UsualDays), check);
        var to = ReadDay("to_date", days.To, today.AddDays(-1), check);
        if (to < from || to.DayNumber - from.DayNumber >= MaxDays)
        {
            check.Add("to_date", FieldReasons.OutOfRange, $"must be from from_date on, and at most {MaxDays} days in all");
        }

        if (minRounds != 0 && !(minRounds is >= MinRounds and <= MaxRounds))
        {
            check.Add("min_effective_rounds", FieldReasons.OutOfRange, $"must be {MinRounds} to {MaxRounds}, or 0 for {UsualRounds}");
        }

        return new(ToMs(from), ToMs(to.AddDays(1)), minRounds == 0 ? UsualRounds : minRounds);
    }

    /// <summary>A value; null where there is none.</summary>
    public static PolicyEstimate? ToEstimate(PolicyValue? value) => value is { } known && !double.IsNaN(known.Value)
        ? new() { Value = known.Value, Low = known.Low, High = known.High }
        : null;

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
