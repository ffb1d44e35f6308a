using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Zhice.Hosting;

/// <summary>
/// Lets a few messages of one kind through each second, and then says how many more there were: no caller fills a disk by
/// what is said of them. Ids of customers are replaced by pseudonyms.
/// </summary>
/// <param name="inner">Where messages go.</param>
/// <param name="clock">Tells the seconds.</param>
[ProviderAlias("Console")]
internal sealed class LimitedLog(ILoggerProvider inner, TimeProvider clock) : ILoggerProvider, ISupportExternalScope
{
    private const int MaxInSecond = 5;

    // Orleans' warning of a grain whose queue is long says whose it is.
    private const string OrleansGrain = "Orleans.Grain";
    private const int QueueIsLong = 100523;

    private readonly LogRedaction _redaction = new();

    public ILogger CreateLogger(string categoryName) =>
        new Logger(inner.CreateLogger(categoryName), categoryName == OrleansGrain, _redaction, clock);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => (inner as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose() => inner.Dispose();

    private sealed class Logger(ILogger inner, bool namesCustomers, LogRedaction redaction, TimeProvider clock) : ILogger
    {
        private readonly ConcurrentDictionary<int, Kind> _kinds = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel) || (namesCustomers && eventId.Id == QueueIsLong))
            {
                return;
            }

            if (!_kinds.GetOrAdd(eventId.Id, static _ => new()).MayPass(clock.GetTimestamp() / clock.TimestampFrequency, out var left))
            {
                return;
            }

            if (left > 0)
            {
                inner.Log(
                    logLevel, eventId, left, null,
                    static (left, _) => FormattableString.Invariant($"({left:N0} more messages of the next one's kind are left out.)"));
            }

            var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception}";
            inner.Log(logLevel, eventId, redaction.Redact(text, state), null, static (text, _) => text);
        }
    }

    private sealed class Kind
    {
        private long _second = -1;
        private int _passed;
        private long _left;

        public bool MayPass(long second, out long left)
        {
            lock (this)
            {
                left = 0;
                if (second != _second)
                {
                    (_second, _passed, left, _left) = (second, 0, _left, 0);
                }

                if (_passed < MaxInSecond)
                {
                    _passed++;
                    return true;
                }

                _left++;
                return false;
            }
        }
    }
}
