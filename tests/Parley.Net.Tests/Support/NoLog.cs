using Microsoft.Extensions.Logging;

namespace Parley.Net.Tests.Support;

/// <summary>A log that nobody reads.</summary>
internal sealed class NoLog : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => false;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // Nobody reads it.
    }
}
