using System.CommandLine;
using Zhice.Cli.Running;
using Zhice.Cli.Values;

namespace Zhice.Cli.Commands;

/// <summary>`zhice catalog data`: the catalogue of data.</summary>
internal static class CatalogDataCommand
{
    public static Command Create() =>
        new Command("data", "Lists every tag with its level, classes, purpose, retention and source, and who reads it. Example: zhice catalog data --json").Runs(async session =>
        {
            var answer = await session.Client.Catalog.ListTagDataAsync(new(), cancellationToken: session.Cancellation);
            if (session.Terminal.IsJson)
            {
                session.Terminal.Json(answer);
                return;
            }

            session.Terminal.Line($"catalogue version {answer.Version}");
            session.Terminal.Table(
                "",
                ["tag", Column.Number("level"), "class", "importance", "masked", "retention", "purpose", "from", "read by"],
                answer.Tags.Select(static tag => new[]
                {
                    tag.TagId, NumberText.Count(tag.Protection.Level), EnumName.Words(tag.Protection.PersonalClass), EnumName.Words(tag.Protection.Importance),
                    tag.Sensitive ? "yes" : "", tag.Protection.Retention is { } kept ? $"{kept.Seconds / 86_400} days" : "", tag.Protection.Purpose,
                    tag.EventTypeId.Length > 0 ? $"event {tag.EventTypeId}" : tag.Protection.Origin, string.Join(", ", tag.Readers),
                }));
        });
}
