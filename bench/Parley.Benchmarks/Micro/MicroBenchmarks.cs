using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Parley.Benchmarks.Micro;

/// <summary>The hot paths beside a naive baseline each. Read ratios and allocations, not absolute times.</summary>
internal static class MicroBenchmarks
{
    public static int Run(string[] arguments)
    {
        // In this process: no second build, and it works where there is no SDK.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath("out/bench");
        var filter = arguments.Length == 0 ? ["--filter", "*"] : new[] { "--filter", $"*{arguments[0]}*" };
        var summaries = BenchmarkSwitcher.FromTypes([typeof(Mixing), typeof(Parsing), typeof(Protecting), typeof(Assembling), typeof(Buffering)]).Run(filter, config);
        return summaries.All(s => !s.HasCriticalValidationErrors && s.Reports.All(r => r.Success)) ? 0 : 1;
    }
}
