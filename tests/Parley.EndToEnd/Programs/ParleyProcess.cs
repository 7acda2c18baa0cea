using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace Parley.EndToEnd.Programs;

/// <summary>The real program as a process of its own, its output line by line; ended by id when disposed.</summary>
internal sealed class ParleyProcess : IAsyncDisposable
{
    private static readonly TimeSpan LineLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly StringBuilder _allOutput = new();
    private readonly StringBuilder _allErrors = new();

    private ParleyProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Take(e.Data, _allOutput, _output);
        process.ErrorDataReceived += (_, e) => Take(e.Data, _allErrors, _errors);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Errors
    {
        get
        {
            lock (_allErrors) return _allErrors.ToString();
        }
    }

    public static ParleyProcess Start(params string[] arguments) => Start([], arguments);

    /// <summary>With these environment variables beside those of the tests.</summary>
    public static ParleyProcess Start(IEnumerable<(string Name, string Value)> environment, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "parley.dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new ParleyProcess(Process.Start(start)!);
    }

    /// <summary>With the signal ignored by which Linux ends a program that writes more than <see cref="LimitFiles"/> lets it: its writes fail then.</summary>
    public static ParleyProcess StartIgnoringFileLimit(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in new[] { "-c", "trap '' XFSZ; exec dotnet \"$@\"", "bash", Path.Combine(AppContext.BaseDirectory, "parley.dll") })
            start.ArgumentList.Add(argument);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new ParleyProcess(Process.Start(start)!);
    }

    /// <summary>Lets its files grow to so many bytes: the rest of its disk is full, as far as it can tell.</summary>
    public void LimitFiles(string bytes)
    {
        using var limit = Process.Start("prlimit", ["--pid", _process.Id.ToString(), $"--fsize={bytes}:unlimited"]);
        limit.WaitForExit();
        if (limit.ExitCode != 0) throw new InvalidOperationException($"prlimit ended with {limit.ExitCode}.");
    }

    /// <summary>The first line of standard output that begins so.</summary>
    public Task<string> OutputAsync(string prefix) => LineAsync(_output, prefix);

    /// <summary>The first line of standard error that begins so.</summary>
    public Task<string> ErrorAsync(string prefix) => LineAsync(_errors, prefix);

    /// <summary>Waits for the end and gives everything on standard output.</summary>
    public async Task<(int ExitCode, string Output)> WaitAsync(TimeSpan limit)
    {
        using var cancellation = new CancellationTokenSource(limit);
        await _process.WaitForExitAsync(cancellation.Token);
        lock (_allOutput) return (_process.ExitCode, _allOutput.ToString());
    }

    /// <summary>Sends SIGTERM, SIGKILL, SIGSTOP or SIGCONT.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString()]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("CONT");
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static void Take(string? line, StringBuilder all, ConcurrentQueue<string> lines)
    {
        if (line is null) return;
        lock (all) all.AppendLine(line);
        lines.Enqueue(line);
    }

    // Without holding a pool thread: whoever waits here may share the process with bots whose delays are measured.
    private static async Task<string> LineAsync(ConcurrentQueue<string> lines, string prefix)
    {
        var until = Stopwatch.StartNew();
        while (until.Elapsed < LineLimit)
        {
            if (!lines.TryDequeue(out var line)) await Task.Delay(TimeSpan.FromMilliseconds(10));
            else if (line.StartsWith(prefix, StringComparison.Ordinal)) return line;
        }
        throw new TimeoutException($"No line '{prefix}…' within {LineLimit.TotalSeconds} s.");
    }
}
