using System.Runtime.InteropServices;

namespace Zhice.Storage.Background;

/// <summary>
/// Where work runs that may take long and that nobody's call waits for by the millisecond: simulations, imports, exports,
/// counts, the reading of indexes. It has threads of its own, as many as processors, that give way to all others.
/// </summary>
public static partial class BackgroundWork
{
    // A tenth of the weight of another thread: little beside calls, all of a processor that has nothing else to do.
    private const int Nice = 10;

    private static readonly LowScheduler Scheduler = new(Math.Max(2, Environment.ProcessorCount));

    /// <summary>Runs work, and what goes on after its awaits, in the background.</summary>
    public static Task Run(Func<Task> work, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();

    /// <summary>Runs work, and what goes on after its awaits, in the background.</summary>
    public static Task<T> Run<T>(Func<Task<T>> work, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();

    /// <summary>Runs work that blocks on a thread of its own, which gives way to all others as well.</summary>
    public static Task<T> RunOnThread<T>(Func<T> work) => Task.Factory.StartNew(
        () =>
        {
            GiveWay();
            return work();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);

    /// <inheritdoc cref="RunOnThread{T}"/>
    public static Task RunOnThread(Action work) => RunOnThread(() =>
    {
        work();
        return true;
    });

    // .NET's own priorities do nothing on Linux, where each thread has a nice value.
    private static void GiveWay()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(0, 0, Nice);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int priority);

    private sealed class LowScheduler : TaskScheduler
    {
        private readonly Queue<Task> _waiting = new();

        public LowScheduler(int threads)
        {
            for (var i = 0; i < threads; i++)
            {
                new Thread(Work) { IsBackground = true, Name = "background work" }.Start();
            }
        }

        protected override void QueueTask(Task task)
        {
            lock (_waiting)
            {
                _waiting.Enqueue(task);
                Monitor.Pulse(_waiting);
            }
        }

        // Never on the thread that asks: it may be a caller's.
        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks()
        {
            lock (_waiting)
            {
                return [.. _waiting];
            }
        }

        private void Work()
        {
            GiveWay();
            while (true)
            {
                Task task;
                lock (_waiting)
                {
                    while (!_waiting.TryDequeue(out task!))
                    {
                        Monitor.Wait(_waiting);
                    }
                }

                TryExecuteTask(task);
            }
        }
    }
}
