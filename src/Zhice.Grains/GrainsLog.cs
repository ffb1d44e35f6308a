using Microsoft.Extensions.Logging;

namespace Zhice.Grains;

internal static partial class GrainsLog
{
    [LoggerMessage(1, LogLevel.Information, "Catalogue version {Version} is in force: {Actions} actions, {Tags} tags.")]
    public static partial void CatalogueInForce(ILogger logger, long version, int actions, int tags);

    [LoggerMessage(2, LogLevel.Warning, "The catalogue grain did not answer; asking again.")]
    public static partial void CatalogueNotReached(ILogger logger, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "What was learned of {ActionId} is not saved yet; trying again in a second.")]
    public static partial void ModelNotSaved(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(4, LogLevel.Warning, "What was learned of {ActionId} could not be loaded; trying again in a second.")]
    public static partial void ModelNotLoaded(ILogger logger, string actionId, Exception fault);
}
