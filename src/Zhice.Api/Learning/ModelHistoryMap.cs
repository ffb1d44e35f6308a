using System.Globalization;
using Zhice.Contracts.Learning;
using Zhice.Domain.Learning.Histories;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using CalibrationPoint = Zhice.Domain.Learning.Histories.CalibrationPoint;

namespace Zhice.Api.Learning;

/// <summary>The history of a model's scores as the public contract has it.</summary>
internal static class ModelHistoryMap
{
    public static GetModelHistoryResponse ToHistory(ScoreHistoryReport report)
    {
        var response = new GetModelHistoryResponse
        {
            Days = { report.Days.Select(ToDay) }, RecentFindings = { ToFindings(report.Recent.Findings) },
            Calibration = { report.Calibration.IsDefault ? [] : report.Calibration.Select(ToPoint) },
        };
        if (report.Recent.Psi is { } psi)
        {
            response.RecentPsi = psi;
        }

        return response;
    }

    private static ModelDay ToDay(ScoredDay day)
    {
        var mapped = new ModelDay
        {
            Date = ReportDimensions.ToDate(day.Day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Lessons = day.Lessons, Acceptances = day.Acceptances,
            MeanScore = day.Weight > 0 ? day.PredictedWeight / day.Weight : 0,
            AcceptedShare = day.Weight > 0 ? day.AcceptedWeight / day.Weight : 0,
            Findings = { ToFindings(day.Shift.Findings) },
        };
        if (day.Auc is { } auc)
        {
            mapped.Auc = auc;
        }

        if (day.Shift.Psi is { } psi)
        {
            mapped.Psi = psi;
        }

        return mapped;
    }

    private static V1.CalibrationPoint ToPoint(CalibrationPoint point) => new()
    {
        FromScore = point.From, ToScore = point.To, Weight = point.Weight, MeanScore = point.Predicted, AcceptedShare = point.Observed,
        Low = point.Low, High = point.High,
    };

    private static IEnumerable<ScoreFinding> ToFindings(ScoreFindings findings)
    {
        if (findings.HasFlag(ScoreFindings.Shifted))
        {
            yield return ScoreFinding.Shifted;
        }

        if (findings.HasFlag(ScoreFindings.Uncalibrated))
        {
            yield return ScoreFinding.Uncalibrated;
        }

        if (findings.HasFlag(ScoreFindings.LostOrder))
        {
            yield return ScoreFinding.LostOrder;
        }
    }
}
