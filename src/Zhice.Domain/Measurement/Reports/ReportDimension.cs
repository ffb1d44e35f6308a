using System.Globalization;
using Orleans;
using Zhice.Domain.Measurement.Facts;

namespace Zhice.Domain.Measurement.Reports;

/// <summary>What a report is divided by. The numbers are those of the public contract.</summary>
[GenerateSerializer, Alias("zhice.report-dimension")]
public enum ReportDimension
{
    /// <summary>The campaign.</summary>
    Campaign = 1,

    /// <summary>The journey.</summary>
    Journey = 2,

    /// <summary>The stage of the journey.</summary>
    Stage = 3,

    /// <summary>The action.</summary>
    Action = 4,

    /// <summary>The channel.</summary>
    Channel = 5,

    /// <summary>The placement.</summary>
    Placement = 6,

    /// <summary>The treatment.</summary>
    Treatment = 7,

    /// <summary>The customer's arm.</summary>
    Arm = 8,

    /// <summary>The customer's tier.</summary>
    Tier = 9,

    /// <summary>The kind of event.</summary>
    EventType = 10,

    /// <summary>The day of the bank.</summary>
    Day = 11,
}

/// <summary>The values of dimensions.</summary>
public static class ReportDimensions
{
    private static readonly int s_firstDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>The value of a dimension; a day as "2026-11-30", and empty for what waits, which is of no day.</summary>
    public static string GetValue(this ReportDimension dimension, FactGroup group, int day) => dimension switch
    {
        ReportDimension.Campaign => group.Campaign,
        ReportDimension.Journey => group.Journey,
        ReportDimension.Stage => group.Stage,
        ReportDimension.Action => group.Action,
        ReportDimension.Channel => group.Channel,
        ReportDimension.Placement => group.Placement,
        ReportDimension.Treatment => group.Treatment,
        ReportDimension.Arm => group.Arm,
        ReportDimension.Tier => group.Tier,
        ReportDimension.EventType => group.EventType,
        _ => day == 0 ? "" : ToDate(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    /// <summary>The date of a day, days since 1970-01-01.</summary>
    public static DateOnly ToDate(int day) => DateOnly.FromDayNumber(s_firstDay + day);

    /// <summary>The day of a date, days since 1970-01-01.</summary>
    public static int ToDay(DateOnly date) => date.DayNumber - s_firstDay;
}
