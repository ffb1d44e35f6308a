using System.Diagnostics;

namespace Zhice.Storage.Background;

/// <summary>
/// Where work runs that may take long and that nobody's call waits for by the millisecond: simulations, imports, exports,
/// counts, the reading of indexes. It has threads of its own: as many as processors, and half of them while calls come.
/// </summary>
/// <remarks>
/// A collection of garbage waits for every thread, and a lock for who holds it: a thread that gets no processor holds up calls
/// as well. So few run beside calls, instead of many that hardly get on. Their priority is that of all others: a thread of the
/// pool that is made by one of lower priority would have it too, and keep it.
/// </remarks>
public static class BackgroundWork
{
    private static readonly int Max = Math.Max(2, Environment.ProcessorCount);
    private static readonly FewThreads Scheduler = new(Max);

    /// <summary>
    /// Whether work in the background has had its thread long enough, and others that wait are to have it (Task.Yield): long work
    /// asks between two steps.
    /// </summary>
    public static bool IsTurnOver => FewThreads.IsTurnOver;

    /// <summary>Runs work, and what goes on after its awaits, in the background.</summary>
    public static Task Run(Func<Task> work, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();

    /// <summary>Runs work, and what goes on after its awaits, in the background.</summary>
    public static Task<T> Run<T>(Func<Task<T>> work, CancellationToken cancellation = default) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.DenyChildAttach, Scheduler).Unwrap();

    /// <summary>Runs work that blocks on a thread of its own.</summary>
    public static Task<T> RunOnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(
            work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);

    /// <inheritdoc cref="RunOnThread{T}"/>
    public static Task RunOnThread(Action work) => RunOnThread(() =>
    {
        work();
        return true;
    });

    private sealed class FewThreads : TaskScheduler
    {
        // Calls that come later than this after the last one are not in the way of work.
        private const long RecentMs = 200;

        private static readonly long Turn = Stopwatch.Frequency / 500;

        [ThreadStatic]
        private static long _turnEnds;

        private readonly Queue<Task> _waiting = new();
        private readonly int _threads;
        private int _running;

        public FewThreads(int threads)
        {
            _threads = threads;
            for (var i = 0; i < threads; i++)
            {
                new Thread(Work) { IsBackground = true, Name = "background work" }.Start();
            }
        }

        public static bool IsTurnOver => _turnEnds != 0 && Stopwatch.GetTimestamp() > _turnEnds;

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
            while (true)
            {
                var task = Take();
                _turnEnds = Stopwatch.GetTimestamp() + Turn;
                TryExecuteTask(task);
                lock (_waiting)
                {
                    _running--;
                    Monitor.Pulse(_waiting);
                }
            }
        }

        private Task Take()
        {
            lock (_waiting)
            {
                while (true)
                {
                    if (_waiting.Count == 0)
                    {
                        Monitor.Wait(_waiting);
                    }
                    else if (_running >= (Calls.CameWithin(RecentMs) ? Math.Max(1, _threads / 2) : _threads))
                    {
                        // Nobody tells that calls come no more.
                        Monitor.Wait(_waiting, (int)RecentMs);
                    }
                    else
                    {
                        _running++;
                        return _waiting.Dequeue();
                    }
                }
            }
        }
    }
}
