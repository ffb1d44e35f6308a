using Zhice.Api.Audiences;
using Zhice.Api.Errors;
using Zhice.Api.Identity;
using Zhice.Api.Requests;
using Zhice.Contracts.Behavior;
using Zhice.Contracts.Catalogs;
using Zhice.Domain.Measurement.Behavior;
using Zhice.V1;
using BehaviorScope = Zhice.Contracts.Behavior.BehaviorScope;

namespace Zhice.Api.Behavior;

/// <summary>Saves the customers of a part of an analysis as an audience, the way in which lists are uploaded.</summary>
internal sealed class BehaviorAudiences(
    IGrainFactory grains, ICatalogs catalogs, BehaviorScopes scopes, UploadMemoryLimit room, TimeProvider clock)
{
    private const int MaxCustomers = 500_000;
    private const int IdsAtOnce = 10_000;

    public async Task<SaveBehaviorAudienceResponse> SaveAsync(
        SaveBehaviorAudienceRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new RequestCheck();
        var days = scopes.ReadDays(request.Scope, check);
        var part = ReadPart(request, days, check);
        AudienceMap.Check(request.Audience, check);
        if (request.Audience is { Expression.Length: > 0 })
        {
            check.Add("audience.expression", FieldReasons.NotAllowed, "must be empty: the audience is the list of customers that is found");
        }

        var scope = await scopes.ReadAsync(request.Scope, days, check);
        var answer = await grains.GetGrain<IBehaviorGrain>(0).Find(scope, part, MaxCustomers).WaitAsync(cancellation);
        var basis = BehaviorMap.ToBasis(answer.Basis, scope);
        if (answer.Rows.Length is 0 or > MaxCustomers)
        {
            check.Add(
                "part", answer.Rows.IsEmpty ? FieldReasons.Mismatch : FieldReasons.TooMany,
                answer.Rows.IsEmpty
                    ? "has no customers, so nothing is saved"
                    : $"has more than {MaxCustomers:N0} customers, so nothing is saved; ask for a share of them in scope.share");
            check.ThrowIfAny();
        }

        using var upload = new AudienceUpload(grains, room, caller, clock);
        var audience = new Audience { AudienceId = request.Audience!.AudienceId, DisplayName = request.Audience.DisplayName };
        upload.Take(new() { Audience = audience, Etag = request.Etag });
        foreach (var some in answer.Rows.Chunk(IdsAtOnce))
        {
            upload.Take(new() { CustomerIds = { some } });
        }

        return new() { Audience = (await upload.SaveAsync(cancellation)).Audience, Basis = basis };
    }

    private BehaviorPart ReadPart(SaveBehaviorAudienceRequest request, DayRange days, RequestCheck check)
    {
        var catalog = catalogs.Current;
        switch (request.PartCase)
        {
            case SaveBehaviorAudienceRequest.PartOneofCase.Events:
                return new() { Counts = BehaviorQueries.ReadCounts("events", request.Events, catalog, check) };
            case SaveBehaviorAudienceRequest.PartOneofCase.Funnel:
                var funnel = BehaviorQueries.ReadFunnel("funnel.query", request.Funnel.Query, catalog, check);
                InRange("funnel.step", request.Funnel.Step, funnel.Steps.Length, check);
                return new() { Funnel = funnel, Step = request.Funnel.Step, IsWithoutNext = request.Funnel.Last };
            case SaveBehaviorAudienceRequest.PartOneofCase.Retention:
                var (retention, cohort) = (
                    BehaviorQueries.ReadRetention("retention.query", request.Retention.Query, scopes.GetDaysOver(days), catalog, check),
                    BehaviorQueries.ReadDay("retention.cohort_date", request.Retention.CohortDate, int.MinValue, check));
                InRange("retention.period", request.Retention.Period, retention.Periods, check);
                if (cohort != int.MinValue && (!days.Has(cohort) || (cohort - days.From) % Math.Max(1, retention.PeriodDays) != 0))
                {
                    check.Add("retention.cohort_date", FieldReasons.Mismatch, "is not the first day of a cohort; GetRetention lists them");
                }

                return new()
                {
                    Retention = retention, CohortDay = cohort == int.MinValue ? null : cohort, Step = request.Retention.Period,
                    IsWithoutNext = request.Retention.Gone,
                };
            case SaveBehaviorAudienceRequest.PartOneofCase.Paths:
                var paths = BehaviorQueries.ReadPaths("paths.query", request.Paths.Query, catalog, check);
                if (request.Paths.Begin.Count > paths.Steps)
                {
                    check.Add(
                        "paths.begin", FieldReasons.TooMany, $"has {request.Paths.Begin.Count} events; paths have at most {paths.Steps}");
                }

                return new() { Paths = paths, Begin = [.. request.Paths.Begin] };
            default:
                check.Add("part", FieldReasons.Required, "must be set: events, funnel, retention or paths");
                return new();
        }
    }

    private static void InRange(string path, int value, int maximum, RequestCheck check)
    {
        if (value < 1 || value > maximum)
        {
            check.Add(path, FieldReasons.OutOfRange, $"is {value}; 1 to {maximum} are allowed");
        }
    }
}
