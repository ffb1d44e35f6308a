using Microsoft.Extensions.Logging;

namespace Zhice.Grains;

internal static partial class GrainsLog
{
    [LoggerMessage(1, LogLevel.Warning, "What was learned of {ActionId} is not saved yet; trying again in a second.")]
    public static partial void ModelNotSaved(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(2, LogLevel.Warning, "What was learned of {ActionId} could not be loaded; trying again in a second.")]
    public static partial void ModelNotLoaded(ILogger logger, string actionId, Exception fault);

    [LoggerMessage(3, LogLevel.Information, "{Count} customers left this silo in {Milliseconds:0} ms.")]
    public static partial void CustomersMoved(ILogger logger, int count, double milliseconds);
}
