using Parley.Benchmarks.Bars;
using Parley.Benchmarks.Budgets;
using Parley.Benchmarks.Meetings;
using Parley.Benchmarks.Micro;
using Parley.Benchmarks.Network;
using Parley.Benchmarks.Streams;

namespace Parley.Benchmarks;

/// <summary>What <c>./dev bench</c> runs.</summary>
internal static class Program
{
    private const string Usage = """
        ./dev bench --check [FILE]   allocation budgets of the hot paths (bench/budgets.json); fails above one
        ./dev bench micro [FILTER]   the hot paths beside a naive baseline each (BenchmarkDotNet)
        ./dev bench bars [PART…]     speed beside C programs and naive ones (relay, mixer, server); all parts: into bench/results/bars.md
        ./dev bench network [WORD…]  what gets through bad networks, in virtual time; without words into bench/results/network.md
        ./dev bench network trace CODEC up|down NETWORK [THEN] [--tile=720] [--settle=5] [--time=20] [--seed=1] [--l16]
                                     one of them, looked at five times a second
        ./dev bench sockets          what gets through bad networks, with real sockets; into bench/results/sockets.md
        ./dev bench reno             the reliable stream in the simulator, with real sockets and beside the kernel's Reno; into bench/results/reno.md
        ./dev bench stream           how fast the reliable stream is beside a plain TLS copy; into bench/results/stream.md
        ./dev bench meetings         chat, joins and a stopped participant, with real programs; into bench/results/meetings.md
        """;

    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["--check"]: return BudgetCheck.Run("bench/budgets.json");
            case ["--check", var path]: return BudgetCheck.Run(path);
            case ["micro", .. var rest]: return MicroBenchmarks.Run(rest);
            case ["bars", .. var parts]: return await BarBenchmark.RunAsync("bench/results/bars.md", parts);
            case ["child", .. var child]: return await ChildPrograms.RunAsync(child);
            case ["sockets"]: return await SocketTable.RunAsync("bench/results/sockets.md");
            case ["network", "trace", .. var network]: return NetworkTrace.Run(network);
            case ["network", .. var only]: return await NetworkTable.RunAsync("bench/results/network.md", only);
            case ["reno"]: return await RenoBenchmark.RunAsync("bench/results/reno.md");
            case ["stream"]: return await StreamBenchmark.RunAsync("bench/results/stream.md");
            case ["meetings"]: return await MeetingBenchmark.RunAsync("bench/results/meetings.md");
            default:
                await Console.Error.WriteLineAsync(Usage);
                return arguments.Length == 0 ? 0 : 1;
        }
    }
}
