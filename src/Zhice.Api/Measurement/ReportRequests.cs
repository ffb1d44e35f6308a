using System.Globalization;
using Zhice.Api.Errors;
using Zhice.Api.Requests;
using Zhice.Contracts.Measurement;
using Zhice.Domain.Expressions;
using Zhice.Domain.Measurement;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.Outcomes;
using Zhice.Domain.Measurement.Reports;
using Zhice.V1;
using LiftCourse = Zhice.Domain.Measurement.Reports.LiftCourse;
using Dimension = Zhice.Domain.Measurement.Reports.ReportDimension;

namespace Zhice.Api.Measurement;

/// <summary>Checks requests for reports.</summary>
internal static class ReportRequests
{
    /// <summary>How many dimensions a report may have.</summary>
    public const int MaxDimensions = 4;

    /// <summary>How many dimensions a lift may have.</summary>
    public const int MaxLiftDimensions = 2;

    // A commit that began before midnight has ended by then.
    private static readonly TimeSpan UntilCommitted = TimeSpan.FromMinutes(5);

    // The names that held-out customers have too.
    private static readonly Dimension[] s_ofLift =
        [Dimension.Arm, Dimension.Tier, Dimension.Placement, Dimension.Channel, Dimension.Treatment];

    public static TotalsQuery Read(GetReportRequest request, RequestCheck check)
    {
        check.Text("campaign_id", request.CampaignId, RequestCheck.MaxIdBytes);
        check.Text("journey_id", request.JourneyId, RequestCheck.MaxIdBytes);
        var (from, to) = ReadDays(request.FromDate, request.ToDate, check);
        return new(request.CampaignId, request.JourneyId, from, to);
    }

    /// <summary>The days of a report, days since 1970-01-01; all where none is said.</summary>
    public static (int From, int To) ReadDays(string fromDate, string toDate, RequestCheck check)
    {
        var (from, to) = (ReadDay("from_date", fromDate, 0, check), ReadDay("to_date", toDate, int.MaxValue, check));
        if (from > to)
        {
            check.Add("to_date", FieldReasons.OutOfRange, $"is before from_date {RequestCheck.Clip(fromDate)}");
        }

        return (from, to);
    }

    public static Dimension[] ReadDimensions(IReadOnlyList<V1.ReportDimension> by, int maximum, RequestCheck check)
    {
        if (by.Count > maximum)
        {
            check.Add("by", FieldReasons.OutOfRange, $"has {by.Count} dimensions; at most {maximum} are allowed");
        }

        for (var i = 0; i < by.Count; i++)
        {
            if (by[i] is < V1.ReportDimension.Campaign or > V1.ReportDimension.Day)
            {
                check.Add($"by[{i}]", FieldReasons.Required, "must be a dimension, such as REPORT_DIMENSION_CHANNEL");
            }
            else if (by.Take(i).Contains(by[i]))
            {
                check.Add($"by[{i}]", FieldReasons.Mismatch, "is there already");
            }
        }

        return [.. by.Select(static dimension => (Dimension)dimension)];
    }

    public static void CheckLiftDimensions(Dimension[] by, RequestCheck check)
    {
        for (var i = 0; i < by.Length; i++)
        {
            if (!s_ofLift.Contains(by[i]))
            {
                check.Add($"by[{i}]", FieldReasons.Mismatch, "divides no lift; it is one of arm, tier, placement, channel, treatment");
            }
        }
    }

    public static Confidence ReadConfidence(double confidence, RequestCheck check)
    {
        if (confidence == 0)
        {
            return Confidence.Default;
        }

        if (!(confidence is > 0.5 and < 1))
        {
            check.Add("confidence", FieldReasons.OutOfRange, "must be above 0.5 and below 1, such as 0.95, or 0 for 0.95");
            return Confidence.Default;
        }

        return new(confidence);
    }

    public static double ReadDifference(double difference, RequestCheck check)
    {
        if (!(difference is >= 0 and < 1))
        {
            check.Add("smallest_difference", FieldReasons.OutOfRange, "must be above 0 and below 1, such as 0.01, or 0 for 0.01");
        }

        return difference is > 0 and < 1 ? difference : CampaignNeed.DefaultDifference;
    }

    public static int ReadCourse(int days, RequestCheck check)
    {
        if (days is < 0 or > LiftCourse.MaxDays)
        {
            check.Add("days", FieldReasons.OutOfRange, $"is {days}; 1 to {LiftCourse.MaxDays} are allowed, or 0 for no course");
        }

        return days;
    }

    public static double ReadPower(double power, RequestCheck check)
    {
        if (power != 0 && !(power is >= 0.5 and < 1))
        {
            check.Add("power", FieldReasons.OutOfRange, "must be from 0.5 to below 1, such as 0.8, or 0 for 0.8");
        }

        return power is >= 0.5 and < 1 ? power : SampleSize.DefaultPower;
    }

    /// <summary>A day whose facts do not change any more.</summary>
    public static DateOnly ReadEndedDay(string date, DateTimeOffset now, RequestCheck check)
    {
        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            check.Add(
                "recorded_on", date.Length == 0 ? FieldReasons.Required : FieldReasons.Malformed, "must be a day (UTC) such as 2026-11-29");
        }
        else if (day >= DateOnly.FromDateTime(now.UtcDateTime - UntilCommitted))
        {
            check.Add("recorded_on", FieldReasons.OutOfRange, $"is not over; ask five minutes after its end, which is midnight UTC");
        }

        return day;
    }

    private static int ReadDay(string path, string date, int unset, RequestCheck check)
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

        return ReportDimensions.ToDay(found);
    }
}
