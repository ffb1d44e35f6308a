using System.CommandLine;
using System.Globalization;
using Zhice.Cli.Commands;
using Zhice.Domain.Measurement.Lifts;
using Zhice.Domain.Measurement.SampleRatios;

namespace Zhice.Cli.Reports;

/// <summary>The options of `zhice report lift`.</summary>
internal sealed class LiftOptions
{
    public Option<string> File { get; } = new("--file")
    {
        Description = "A row for each customer: CSV with a header, plain or gzip, or Parquet. Example: --file campaign.csv",
        HelpName = "FILE",
        Required = true,
    };

    public Option<string> Arm { get; } = new("--arm")
    {
        Description = "The column that says each customer's arm; rows without one are left out. Example: --arm segment",
        HelpName = "COLUMN",
        Required = true,
    };

    public Option<string[]> Outcome { get; } = Several(
        "--outcome", "COLUMN", "A column of 1 or 0: who did it. It may be given several times. Example: --outcome visit");

    public Option<string[]> Amount { get; } = Several(
        "--amount", "COLUMN", "A column of amounts, in any unit. It may be given several times. Example: --amount spend");

    public Option<string?> Control { get; } = new("--control")
    {
        Description = "The arm that the others are compared with; else the one named control, holdout or none. Example: --control 'No E-Mail'",
        HelpName = "NAME",
    };

    public Option<string[]> By { get; } = Several(
        "--by", "COLUMN", "A column that puts customers into groups, from before the experiment; several together. Example: --by tier");

    public Option<string?> Covariate { get; } = new("--covariate")
    {
        Description = "A number from before the experiment, which makes intervals narrower (CUPED). Example: --covariate history",
        HelpName = "COLUMN",
    };

    public Option<string[]> Share { get; } = Several(
        "--share", "NAME=N", "What an arm should have; once for each arm, else all the same. Example: --share control=10 --share sms=90");

    public Option<double> RatioAlarm { get; } = Fraction(
        "--ratio-alarm",
        "Below which p-value the arms are out of ratio. Example: --ratio-alarm 0.01",
        SampleRatio.AlarmBelow,
        static value => value is > 0 and < 1,
        "above 0 and below 1");

    public Option<double> Confidence { get; } = Fraction(
        "--confidence",
        "How sure the intervals are. Example: --confidence 0.9",
        0.95,
        static value => value is > 0.5 and < 1,
        "above 0.5 and below 1");

    public Option<double> Winsorise { get; } = Fraction(
        "--winsorise",
        "Up to which quantile of those other than 0 amounts count in full. Example: --winsorise 0.999",
        WinsorBounds.DefaultQuantile,
        static value => value is > 0.5 and <= 1,
        "above 0.5 and at most 1");

    public Option<int> Draws { get; } = Numbers.Option(
        "--bootstrap",
        $"How often the bootstrap of amounts draws, {Bootstrap.MinDraws} or more; else {Bootstrap.DefaultDraws:N0}, or none where that takes long. "
            + "Example: --bootstrap 10000",
        10_000_000);

    public Option<int> Seed { get; } = Numbers.Option("--seed", "Where the draws begin. Example: --seed 7", int.MaxValue, 1);

    public Option<int> Watched { get; } = Numbers.Option(
        "--watched",
        "Adds intervals that may be looked at every day, narrowest at so many customers of two arms. Example: --watched 50000",
        int.MaxValue);

    /// <summary>All of them, in the order of the help text.</summary>
    public IEnumerable<Option> All =>
        [File, Arm, Outcome, Amount, Control, By, Covariate, Share, RatioAlarm, Confidence, Winsorise, Draws, Seed, Watched];

    private static Option<string[]> Several(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value, DefaultValueFactory = static _ => [] };

    private static Option<double> Fraction(
        string name, string description, double otherwise, Func<double, bool> isRight, string range) => new(name)
    {
        Description = description,
        HelpName = "P",
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!double.TryParse(text, CultureInfo.InvariantCulture, out var value) || !isRight(value))
            {
                var example = otherwise.ToString(CultureInfo.InvariantCulture);
                result.AddError($"{name} must be a number {range}, such as {example}, not '{text}'.");
            }

            return value;
        },
    };
}
