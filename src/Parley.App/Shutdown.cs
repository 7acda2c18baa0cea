using System.Runtime.InteropServices;

namespace Parley.App;

/// <summary>Ctrl+C, SIGTERM and SIGHUP as one token: the first asks to stop, the second is left to the system.</summary>
internal sealed class Shutdown : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Shutdown()
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                if (_source.IsCancellationRequested) return;
                context.Cancel = true;
                if (Objection?.Invoke(signal) != true) _source.Cancel();
            }));
        }
    }

    /// <summary>Asked at each signal; true lets the program go on this time.</summary>
    public Func<PosixSignal, bool>? Objection { get; set; }

    /// <summary>Cancelled when the program is to stop.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Ends with the token or with a task, whichever is first.</summary>
    public async Task WaitAsync(Task? other = null)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = _source.Token.Register(() => signalled.TrySetResult());
        await Task.WhenAny(signalled.Task, other ?? signalled.Task);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }
}
