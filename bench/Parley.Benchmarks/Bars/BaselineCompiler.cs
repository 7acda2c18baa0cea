using System.Diagnostics;

namespace Parley.Benchmarks.Bars;

/// <summary>Compiles the C programs of bench/baseline with this machine's compiler.</summary>
internal static class BaselineCompiler
{
    /// <summary>What to type where there is no compiler or no header.</summary>
    private const string Advice = "The bars compare with a C program. On Debian: sudo apt-get install -y --no-install-recommends gcc libc6-dev libssl-dev";

    /// <summary>Compiles <c>bench/baseline/relay.c</c>.</summary>
    /// <returns>The program.</returns>
    public static Task<string> CompileRelayAsync() => CompileAsync("relay", "-lcrypto", "-lpthread");

    /// <summary>Compiles a program of bench/baseline into a directory of the system's temporary files.</summary>
    /// <param name="name">Its file is called so, with .c behind.</param>
    /// <param name="libraries">Options for the linker.</param>
    /// <returns>The program.</returns>
    public static async Task<string> CompileAsync(string name, params string[] libraries)
    {
        var program = Path.Combine(Directory.CreateTempSubdirectory("parley-bench-").FullName, name);
        try
        {
            var start = new ProcessStartInfo("cc", ["-O2", "-o", program, $"bench/baseline/{name}.c", .. libraries])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            using var compiler = Process.Start(start)!;
            var errors = await compiler.StandardError.ReadToEndAsync();
            await compiler.WaitForExitAsync();
            return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"{errors}\n{Advice}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException(Advice, e);
        }
    }
}
