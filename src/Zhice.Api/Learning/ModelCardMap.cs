using Google.Protobuf.WellKnownTypes;
using Zhice.Api.Requests;
using Zhice.Domain.Catalogs;
using Zhice.Domain.Tags;
using Zhice.V1;
using Catalog = Zhice.Domain.Catalogs.Catalog;
using Description = Zhice.Contracts.Learning.ModelDescription;
using DomainEvent = Zhice.Domain.Learning.ModelEvent;
using LearnerCard = Zhice.Contracts.Learning.ModelCard;
using TagDefinition = Zhice.Domain.Tags.TagDefinition;
using TagType = Zhice.Domain.Tags.TagType;

namespace Zhice.Api.Learning;

/// <summary>Writes a model card: what the learner says, with what the catalogue says of the action and its features.</summary>
internal static class ModelCardMap
{
    public static ModelCard ToCard(LearnerCard card, BankAction action, Catalog catalog, DateTimeOffset now) => new()
    {
        ActionId = action.Id,
        DisplayName = action.DisplayName,
        ModelKind = ModelCardTexts.Kind,
        IntendedUse = ModelCardTexts.IntendedUse,
        Limits = { ModelCardTexts.Limits },
        Version = card.Version,
        IsFrozen = card.IsFrozen,
        Champion = ToDescription(card.Champion, action),
        Challenger = card.Challenger is { } challenger ? ToDescription(challenger, action) : null,
        Tags = { catalog.Tags.Where(static tag => tag.Unread is null).Select(tag => ToTag(tag, catalog)) },
        Features = ModelMap.ToFeatures(catalog),
        AttributionWindow = Duration.FromTimeSpan(card.AttributionWindow),
        MaxLessonsPerDay = catalog.Learning.MaxLessonsPerDay,
        PlacementIds = { ModelMap.GetPlacements(action, catalog) },
        CatalogVersion = catalog.Version,
        Events = { card.Events.Select(ToEvent) },
        WriteTime = Values.ToTimestamp(now.ToUnixTimeMilliseconds()),
    };

    private static ModelDescription ToDescription(Description model, BankAction action) => new()
    {
        Score = ModelMap.ToScore(model.Checks),
        Prior = model.Prior ?? action.PriorPropensity,
        FeatureCount = model.FeatureCount,
        Lessons = new()
        {
            Accepted = model.Lessons.Accepted,
            NotAccepted = model.Lessons.NotAccepted,
            TakenBack = model.Lessons.TakenBack,
            Uncounted = model.Lessons.GetUncounted(model.Checks.Learned),
            FirstTime = ToTime(model.Lessons.FirstAtMs),
            LastTime = ToTime(model.Lessons.LastAtMs),
            FirstCatalogVersion = model.Lessons.FirstCatalogVersion,
            LastCatalogVersion = model.Lessons.LastCatalogVersion,
        },
        WeightsSha256 = model.Checks.WeightsSha256,
    };

    private static ModelTag ToTag(TagDefinition tag, Catalog catalog) => new()
    {
        TagId = tag.Id,
        Level = tag.Protection.Level,
        BinWidth = ToWidth(tag.BinWidth, tag.Type),
        FineBinWidth = ToWidth(tag.FineBinWidth, tag.Type),
        CrossedWith = { catalog.Tags.Where(other => tag.CrossedWith.Contains(other.Number)).Select(static other => other.Id) },
    };

    private static ModelEvent ToEvent(DomainEvent done) => new()
    {
        Kind = (ModelEventKind)done.Kind,
        Time = Values.ToTimestamp(done.AtMs),
        Actor = done.Actor,
        Version = done.Version,
        CatalogVersion = done.CatalogVersion,
        Score = ModelMap.ToScore(done.Model),
        WeightsSha256 = done.Model.WeightsSha256,
        ReplacedScore = done.Replaced is { } replaced ? ModelMap.ToScore(replaced) : null,
        ReplacedWeightsSha256 = done.Replaced?.WeightsSha256 ?? "",
    };

    private static string ToWidth(long width, TagType type) =>
        width == 0 ? "" : Decimal4.Format(type == TagType.Integer ? width * Decimal4.Scale : width);

    private static Timestamp? ToTime(long ms) => ms == 0 ? null : Values.ToTimestamp(ms);
}
