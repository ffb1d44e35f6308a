using System.Globalization;
using System.Text;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Zhice.Cli.Running;
using Zhice.Cli.Values;
using Zhice.V1;

namespace Zhice.Cli.Commands;

/// <summary>A model card as Markdown.</summary>
internal static class ModelCardText
{
    // As many digits of a hash as people compare; the whole is in the table of the models.
    private const int HashDigits = 12;

    /// <summary>The card, without a line break at its end. Instants are in UTC, so that a card is the same on each machine.</summary>
    public static string Format(ModelCard card)
    {
        var text = new StringBuilder();
        Line(text, $"# Model card: {Cell(card.ActionId)}");
        Line(text, $"{Cell(card.DisplayName)}. Version {Count(card.Version)}, {(card.IsFrozen ? "frozen" : "learns")}. "
            + $"Written {Time(card.WriteTime)} with catalogue version {Count(card.CatalogVersion)}.");
        Line(text, "\n## What it is");
        Line(text, card.ModelKind);
        Line(text, $"\nUse: {card.IntendedUse}");
        Line(text, "\n## What it must not be used for, and what this card does not say");
        foreach (var limit in card.Limits)
        {
            Line(text, $"- {limit}");
        }

        AddModels(text, card);
        AddFeatures(text, card);
        AddEvents(text, card.Events);
        return text.ToString().TrimEnd('\n');
    }

    private static void AddModels(StringBuilder text, ModelCard card)
    {
        ModelDescription[] models = card.Challenger is { } challenger ? [card.Champion, challenger] : [card.Champion];
        Line(text, "\n## Models");
        Row(text, ["", .. ((string[])["champion", "challenger"]).Take(models.Length)]);
        Row(text, ["---", .. models.Select(static _ => "---")]);
        Each("prior", static model => NumberText.Probability(model.Prior));
        Each("prior variance", static model => Number(model.Score.Settings.PriorVariance));
        Each("drift", static model => Number(model.Score.Settings.Drift));
        Each("features met", static model => Count(model.FeatureCount));
        Each("lessons learned", static model => Count(model.Score.Learned));
        Each("accepted", static model => Count(model.Lessons.Accepted));
        Each("not accepted", static model => Count(model.Lessons.NotAccepted));
        Each("of these taken back", static model => Count(model.Lessons.TakenBack));
        Each("learned before counts were kept", static model => Count(model.Lessons.Uncounted));
        Each("first lesson", static model => Lesson(model.Lessons.FirstTime, model.Lessons.FirstCatalogVersion));
        Each("last lesson", static model => Lesson(model.Lessons.LastTime, model.Lessons.LastCatalogVersion));
        Each("AUC", static model => Measure(model.Score.HasAuc, model.Score.Auc));
        Each("log loss", static model => Measure(model.Score.HasLogLoss, model.Score.LogLoss));
        Each("calibration error", static model => Measure(model.Score.HasCalibrationError, model.Score.CalibrationError));
        Each("SHA-256 of weights", static model => model.WeightsSha256);
        Line(text, $"\nAttribution window: {Number(card.AttributionWindow.ToTimeSpan().TotalDays)} days. "
            + $"Of one customer at most {Count(card.MaxLessonsPerDay)} contacts teach in a day.");
        Line(text, card.PlacementIds.Count == 0
            ? "\nNo placement of the catalogue in force can show the action."
            : $"\nPlacements that can show the action: {string.Join(", ", card.PlacementIds)}.");

        void Each(string name, Func<ModelDescription, string> get) => Row(text, [name, .. models.Select(get)]);
    }

    private static void AddFeatures(StringBuilder text, ModelCard card)
    {
        Line(text, "\n## Features");
        Line(text, $"The placement, and of one customer at most {Count(card.Features.MaxTags)} of these {Count(card.Features.TagCount)} tags:\n");
        Row(text, ["tag", "level", "bin width", "finer bins", "crossed with"]);
        Row(text, ["---", "---", "---", "---", "---"]);
        foreach (var tag in card.Tags)
        {
            Row(text, [tag.TagId, Count(tag.Level), tag.BinWidth, tag.FineBinWidth, string.Join(", ", tag.CrossedWith)]);
        }

        Line(text);
        foreach (var reason in card.Features.UnreadTags.GroupBy(static tag => tag.Reason))
        {
            Line(text, $"- Not read, {EnumName.Words(reason.Key)}: {string.Join(", ", reason.Select(static tag => tag.TagId))}");
        }
    }

    private static void AddEvents(StringBuilder text, RepeatedField<ModelEvent> events)
    {
        Line(text, "\n## Who did what");
        if (events.Count == 0)
        {
            Line(text, "Nobody froze, challenged or promoted a model.");
            return;
        }

        Row(text, ["time", "who", "what", "version", "catalogue", "lessons", "AUC", "log loss", "weights", "replaced: AUC", "log loss", "weights"]);
        Row(text, [.. Enumerable.Repeat("---", 12)]);
        foreach (var done in events)
        {
            var replaced = done.ReplacedScore ?? new();
            Row(text,
            [
                Time(done.Time), done.Actor, EnumName.Words(done.Kind), Count(done.Version), Count(done.CatalogVersion), Count(done.Score.Learned),
                Measure(done.Score.HasAuc, done.Score.Auc), Measure(done.Score.HasLogLoss, done.Score.LogLoss), Hash(done.WeightsSha256),
                Measure(replaced.HasAuc, replaced.Auc), Measure(replaced.HasLogLoss, replaced.LogLoss), Hash(done.ReplacedWeightsSha256),
            ]);
        }
    }

    private static void Row(StringBuilder text, string[] cells) => Line(text, $"| {string.Join(" | ", cells.Select(Cell))} |");

    private static void Line(StringBuilder text, string line = "") => text.Append(line).Append('\n');

    private static string Cell(string text) => MarkdownText.Escape(text);

    private static string Lesson(Timestamp? time, long catalogVersion) => time is null ? "-" : $"{Time(time)}, catalogue {Count(catalogVersion)}";

    private static string Time(Timestamp time) => time.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Hash(string sha256) => sha256.Length > HashDigits ? sha256[..HashDigits] : sha256;

    private static string Measure(bool isKnown, double measure) => isKnown ? NumberText.Probability(measure) : "-";

    private static string Number(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    private static string Count(long count) => NumberText.Count(count);
}
