using Grpc.Core;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Expressions;
using Zhice.Domain.Measurement.Facts;
using Zhice.Domain.Measurement.Reports;
using Zhice.Domain.Measurement.Sequences;
using Zhice.V1;
using Course = Zhice.Domain.Measurement.Reports.LiftCourse;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;
using FactKind = Zhice.Domain.Measurement.Facts.FactKind;
using Line = Zhice.Domain.Measurement.Reports.ReportLine;

namespace Zhice.Api.Measurement;

/// <summary>The lift of experiments and holdouts of the catalogue.</summary>
internal sealed class ExperimentReports(IMeasurementGrain measurement)
{
    private const int MaxLines = 10_000;
    private const long UsualCustomers = 10_000;
    private const long MinCustomers = 100;
    private const long MaxCustomers = 1_000_000_000;

    public async Task<GetExperimentLiftResponse> CreateAsync(GetExperimentLiftRequest request, Domain.Catalogs.Catalog catalog)
    {
        var check = new RequestCheck();
        CheckNames(request, check);
        var outcome = OutcomeIds.Find(request.OutcomeId, catalog, check);
        var confidence = ReportRequests.ReadConfidence(request.Confidence, check);
        if (request.ExpectedCustomers is not 0 and (< MinCustomers or > MaxCustomers))
        {
            check.Add(
                "expected_customers", FieldReasons.OutOfRange, $"must be {MinCustomers} to {MaxCustomers}, or 0 for {UsualCustomers}");
        }

        var days = ReportRequests.ReadCourse(request.Days, check);
        check.ThrowIfAny();
        var lift = Find(request, catalog);
        var expected = request.ExpectedCustomers == 0 ? UsualCustomers : request.ExpectedCustomers;
        var (totals, amounts) = await ReadAmounts.ReadAsync(measurement, new(lift.Name, ""), outcome!);
        FactTotal[] compared = [.. lift.Compare(totals.Totals)];
        Dimension[] by = request.ByTier ? [Dimension.Arm, Dimension.Tier] : [Dimension.Arm];
        var arms = lift.GetArms(totals.Totals);
        var sequence = new ConfidenceSequence(confidence, expected);
        var lifts = CampaignLift.Compare(
            Line.Divide(compared, by), new(lift.Compare(amounts.Sums), compared, by, totals.KeptFromDay), outcome!, sequence, amounts.NoSums);
        var methods = new LiftMethods(
            new(
                compared, [.. lift.Compare(amounts.Sums)], [.. lift.Compare(amounts.Each)], amounts.Each, totals.KeptFromDay, amounts.NoEach),
            by, outcome!, confidence);
        var courses = days == 0 ? default : Course.Follow(compared, by, outcome!, sequence, days);
        var ratio = lift.WatchRatio(arms);
        var winner = CampaignWinner.Find(arms, outcome!, confidence, expected);
        return new()
        {
            AsOfTime = Values.ToTimestamp(totals.AsOfMs),
            Arms =
            {
                arms.Zip(lift.Arms, (line, arm) => new ArmExposure
                {
                    ArmId = arm.ArmId, Customers = line.Count(FactKind.Contacted), Converted = line.Count(FactKind.Converted, outcome!.Number),
                    ExpectedShare = arm.Share,
                }),
            },
            SampleRatioPValue = ratio.PValue,
            IsSampleRatioAlarm = ratio.IsAlarm(),
            ControlArmId = lift.Control,
            Lines = { lifts.Take(MaxLines).Select(each => MeasurementMap.ToLift(each, methods)) },
            Winner = new() { ArmId = winner.Value is { } place ? arms[place].Keys[0] : "", Refusal = winner.Refusal ?? "" },
            Courses = { courses.Value is { } found ? found.Select(MeasurementMap.ToCourse) : [] },
            CourseRefusal = courses.Refusal ?? "",
        };
    }

    private static void CheckNames(GetExperimentLiftRequest request, RequestCheck check)
    {
        check.Text("experiment_id", request.ExperimentId, RequestCheck.MaxIdBytes);
        check.Text("holdout_id", request.HoldoutId, RequestCheck.MaxIdBytes);
        check.Text("control_arm_id", request.ControlArmId, RequestCheck.MaxIdBytes);
        if (request.ExperimentId.Length == 0 == (request.HoldoutId.Length == 0))
        {
            check.Add("experiment_id", FieldReasons.Required, "must be set, or holdout_id instead of it, and not both");
        }

        if (request.HoldoutId.Length > 0 && request.ControlArmId.Length > 0)
        {
            check.Add("control_arm_id", FieldReasons.Mismatch, "is not set with holdout_id: the control of a holdout is those held out");
        }
    }

    private static ExperimentLift Find(GetExperimentLiftRequest request, Domain.Catalogs.Catalog catalog)
    {
        if (request.HoldoutId.Length > 0)
        {
            return catalog.Holdouts.FirstOrDefault(holdout => holdout.Id == request.HoldoutId) is { } holdout
                ? ExperimentLift.Of(holdout)
                : throw Missing("holdout", request.HoldoutId, catalog.Holdouts.Select(static each => each.Id));
        }

        if (catalog.Experiments.FirstOrDefault(each => each.Id == request.ExperimentId) is not { } experiment)
        {
            throw Missing("experiment", request.ExperimentId, catalog.Experiments.Select(static each => each.Id));
        }

        if (ExperimentLift.Of(experiment, request.ControlArmId) is { } lift)
        {
            return lift;
        }

        var check = new RequestCheck();
        check.Add(
            "control_arm_id", FieldReasons.Mismatch,
            $"is no arm of the experiment{NearestName.Hint(RequestCheck.Clip(request.ControlArmId), experiment.Arms.Select(static arm => arm.Id))}");
        check.ThrowIfAny();
        throw new InvalidOperationException("The check has a fault.");
    }

    private static RpcException Missing(string kind, string id, IEnumerable<string> known)
    {
        var name = RequestCheck.Clip(id);
        return ApiError.Fail(
            ErrorReasons.ExperimentNotFound, $"There is no {kind} '{name}' in the catalogue{NearestName.Hint(name, known)}.",
            ("experiment_id", name));
    }
}
