using System.Diagnostics;
using System.Globalization;
using Parley.Benchmarks.Meetings;
using Parley.Media.Audio;
using Parley.Protocol;

namespace Parley.Benchmarks.Bars;

/// <summary>The mixer with everyone talking, beside copying everyone's frame once: what a frame costs at least.</summary>
internal static class MixerBars
{
    private const int Participants = 200;
    private const int Ticks = 200;
    private static readonly double TicksPerSecond = 1 / AudioFormat.FrameDuration.TotalSeconds;

    /// <summary>Measures voices whose sum fits 16 bits and voices whose sum must be turned down.</summary>
    public static Task<List<BarRow>> RunAsync(int rounds) =>
        Task.FromResult<List<BarRow>>([.. Measure("the sum fits", 200, rounds, isBar: true), .. Measure("the limiter turns every sample down", 8000, rounds, isBar: false)]);

    private static List<BarRow> Measure(string what, int level, int rounds, bool isBar)
    {
        var random = new SeededRandom(7);
        var voices = new short[Participants * AudioFormat.FrameSamples];
        for (var i = 0; i < voices.Length; i++) voices[i] = (short)((random.NextUInt32() % (2 * (uint)level)) - level);
        var heard = new short[voices.Length];
        var mixer = new Mixer(Participants);
        // Compiled before it is measured.
        for (var i = 0; i < 5; i++)
        {
            Mix(mixer, voices, heard);
            Copy(voices, heard);
            Thread.Sleep(100);
        }
        var mixes = new List<double>();
        var copies = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            mixes.Add(Mix(mixer, voices, heard));
            copies.Add(Copy(voices, heard));
        }
        var ratio = Measurement.At([.. mixes.Zip(copies, (m, c) => m / c)], 0.5);
        var mix = Measurement.At(mixes, 0.5);
        var share = mix * Participants * TicksPerSecond / 1e9;
        var figures = string.Create(CultureInfo.InvariantCulture, $"{mix:0} ns for a participant's 10 ms, copying {Measurement.At(copies, 0.5):0} ns");
        return
        [
            new BarRow($"mixer, N = {Participants}, all talk, {what}, against memcpy", ratio, isBar ? 6 : null, "0.00", figures),
            new BarRow($"mixer, N = {Participants}, all talk, {what}, share of a core in %", share * 100, isBar ? 0.3 : null, "0.00", figures),
        ];
    }

    private static double Mix(Mixer mixer, short[] voices, short[] heard)
    {
        var started = Stopwatch.GetTimestamp();
        for (var tick = 0; tick < Ticks; tick++)
        {
            mixer.Begin();
            for (var i = 0; i < Participants; i++) mixer.Add(i, voices.AsSpan(i * AudioFormat.FrameSamples, AudioFormat.FrameSamples));
            for (var i = 0; i < Participants; i++) mixer.MixFor(i, heard.AsSpan(i * AudioFormat.FrameSamples, AudioFormat.FrameSamples));
        }
        return Each(started);
    }

    private static double Copy(short[] voices, short[] heard)
    {
        var started = Stopwatch.GetTimestamp();
        for (var tick = 0; tick < Ticks; tick++)
        {
            for (var i = 0; i < voices.Length; i += AudioFormat.FrameSamples)
                voices.AsSpan(i, AudioFormat.FrameSamples).CopyTo(heard.AsSpan(i, AudioFormat.FrameSamples));
        }
        return Each(started);
    }

    private static double Each(long started) => Stopwatch.GetElapsedTime(started).TotalNanoseconds / (Ticks * Participants);
}
