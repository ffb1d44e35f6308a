using Zhice.Api.Audiences;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Behavior;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Experiments;
using Zhice.Domain.Measurement.Behavior;
using Zhice.Domain.Measurement.Reports;

namespace Zhice.Api.Behavior;

/// <summary>Reads whose events a request is about.</summary>
internal sealed class BehaviorScopes(ICatalogs catalogs, AudienceQuestions questions, TimeProvider clock)
{
    private const int MaxDays = 400;
    private const int UsualDays = 30;

    /// <summary>The days; possible ones even where something is wrong.</summary>
    public DayRange ReadDays(V1.BehaviorScope? scope, RequestCheck check)
    {
        var to = BehaviorQueries.ReadDay("scope.to_date", scope?.ToDate ?? "", Today, check);
        var from = BehaviorQueries.ReadDay("scope.from_date", scope?.FromDate ?? "", to - UsualDays + 1, check);
        if (from > to)
        {
            check.Add("scope.to_date", FieldReasons.OutOfRange, $"is before the first day, {ReportDimensions.ToDate(from):yyyy-MM-dd}");
            return new(to, to);
        }

        if (to - from >= MaxDays)
        {
            check.Add(
                "scope.from_date", FieldReasons.OutOfRange,
                $"is {to - from} days before the last day; at most {MaxDays - 1} are allowed");
            return new(to, to);
        }

        return new(from, to);
    }

    /// <summary>The smallest number of customers that a caller learns of.</summary>
    public CountFloor GetFloor(Caller caller) => questions.GetFloor(caller);

    /// <summary>The days of these that are over: none behind yesterday.</summary>
    public DayRange GetDaysOver(DayRange days) => days with { To = Math.Min(days.To, Today - 1) };

    /// <summary>Whose events, once everything else of the request is right.</summary>
    public async ValueTask<BehaviorScope> ReadAsync(V1.BehaviorScope? scope, DayRange days, RequestCheck check)
    {
        var share = scope?.Share ?? 0;
        if (share != 0 && !(share is >= 1.0 / Assignment.Parts and <= 1))
        {
            check.Add("scope.share", FieldReasons.OutOfRange, "must be from 0.0001 to 1, or 0 for all");
        }

        check.ThrowIfAny();
        var audience = scope?.Audience is null ? null : await questions.ReadAsync("scope.audience", scope.Audience);
        return new(days, audience, share == 0 ? Assignment.Parts : BehaviorSample.ToParts(share));
    }

    private int Today => catalogs.Current.Calendar.GetDay(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
