using Microsoft.Extensions.Logging;

namespace Zhice.Hosting;

/// <summary>What hosts log of their set-up.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1, LogLevel.Information, "The files of {Name} have changed and are in use.")]
    public static partial void FilesReloaded(ILogger log, string name);

    [LoggerMessage(2, LogLevel.Error, "The files of {Name} have changed and cannot be used; what was read before stays in use: {Fault}")]
    public static partial void FilesNotReloaded(ILogger log, string name, string fault);
}
