using System.Diagnostics;
using System.Globalization;

namespace Parley.Benchmarks.Bars;

/// <summary>A child process whose processor time is read from outside, so that a C program and ours are measured alike.</summary>
internal sealed class MeasuredProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private MeasuredProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>The port that it said it has.</summary>
    public int Port { get; }

    /// <summary>Starts a program that prints "ready PORT".</summary>
    public static async Task<MeasuredProcess> StartAsync(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        try
        {
            var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            if (line?.Split(' ') is not ["ready", var port]) throw new InvalidOperationException($"{file} says '{line}' instead of being ready.");
            return new MeasuredProcess(process, int.Parse(port, CultureInfo.InvariantCulture));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Starts this program as one of <see cref="ChildPrograms"/>.</summary>
    public static Task<MeasuredProcess> StartOwnAsync(params IEnumerable<string> arguments) =>
        StartAsync(Environment.ProcessPath!, [.. OwnAssembly(), "child", .. arguments]);

    /// <summary>The same in a network namespace; needs root.</summary>
    public static Task<MeasuredProcess> StartOwnInAsync(string network, params IEnumerable<string> arguments) =>
        StartAsync("ip", ["netns", "exec", network, Environment.ProcessPath!, .. OwnAssembly(), "child", .. arguments]);

    /// <summary>Nanoseconds that all its threads have run, those that ended excepted.</summary>
    public long ProcessorTime()
    {
        long sum = 0;
        foreach (var task in Directory.GetDirectories($"/proc/{_process.Id}/task"))
        {
            try
            {
                var text = File.ReadAllText($"{task}/schedstat");
                sum += long.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // A thread that has just ended.
            }
        }
        return sum;
    }

    /// <summary>Bytes allocated and gen-0 collections since its start; only of our own.</summary>
    /// <param name="question">"collect" has it collect its garbage first.</param>
    public async Task<(long Allocated, int Collections)> AskAsync(string question = "")
    {
        var parts = await AskForNumbersAsync(question);
        return (parts[0], (int)parts[1]);
    }

    /// <summary>All numbers of an answer: bytes allocated, gen-0 collections, and what else the child counts.</summary>
    /// <param name="question">What it understands.</param>
    public async Task<long[]> AskForNumbersAsync(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        await _process.StandardInput.FlushAsync();
        var parts = (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience))!.Split(' ');
        return [.. parts.Select(p => long.Parse(p, CultureInfo.InvariantCulture))];
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000)) _process.Kill();
        _process.Dispose();
    }

    // "dotnet Parley.Benchmarks.dll" or the executable itself.
    private static string[] OwnAssembly() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(MeasuredProcess).Assembly.Location] : [];
}
