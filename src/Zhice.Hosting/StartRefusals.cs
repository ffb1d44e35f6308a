using Zhice.Domain.Faults;

namespace Zhice.Hosting;

/// <summary>Tells what whoever starts a host can mend, without a stack trace.</summary>
public static class StartRefusals
{
    /// <summary>Runs a step of the start.</summary>
    /// <exception cref="StartRefusedException">The step failed for a reason that can be mended from outside.</exception>
    public static async Task RefusingAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception fault) when (fault is not StartRefusedException && Mendable(fault) is { } cause)
        {
            throw new StartRefusedException(cause.Message, fault);
        }
    }

    /// <summary>Checks settings that say themselves what is wrong with them.</summary>
    /// <exception cref="StartRefusedException">A setting is wrong.</exception>
    public static T Refusing<T>(Func<T> check)
    {
        try
        {
            return check();
        }
        catch (ArgumentException fault)
        {
            throw new StartRefusedException(fault.Message, fault);
        }
    }

    private static Exception? Mendable(Exception? fault) =>
        fault is null or DataFolderInUseException or StoreUnfitException or StoreUnavailableException or IOException
            or UnauthorizedAccessException
            ? fault
            : Mendable(fault.InnerException);
}
