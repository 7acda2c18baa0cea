using FsCheck;
using FsCheck.Fluent;
using Parley.Media.Audio;
using Parley.Protocol.Time;

namespace Parley.Media.Tests.Audio;

public sealed class AudioJitterBufferProperties
{
    [Fact]
    public void Under_random_loss_reordering_and_duplication_every_frame_is_accounted_for_and_the_level_is_kept()
    {
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var jitter = random.Next(0, 60);
            var lossPercent = random.Next(0, 15);
            var delays = Enumerable.Range(0, 1_500).Select(_ => random.NextDouble() * jitter).ToArray();
            var lost = Enumerable.Range(0, 1_500).Select(_ => random.Next(100) < lossPercent).ToArray();
            var rig = new Rig
            {
                Delay = n => delays[n],
                IsLost = n => lost[n],
                Copies = random.Next(1, 3),
                FirstSequence = (ushort)random.Next(65_536),
                FirstTimestamp = (uint)random.NextInt64(1L << 32),
            };
            rig.Run(1_000);
            var stats = rig.Buffer.Stats;
            var frames = rig.Results.Count(r => r == PlayoutResult.Frame);
            var concealed = rig.Results.Count(r => r == PlayoutResult.Concealed);
            return stats.Inserted == stats.Played + stats.OverflowDrops + rig.Buffer.QueuedFrames
                && stats.ConcealedFrames == concealed
                // What was heard is what was played, made up, put in and taken out, but for what is left on the line or was at the end of a pause.
                && Math.Abs((frames * 480) - (stats.Played * 480) - stats.AddedSamples + stats.RemovedSamples) <= 480L * (4 + concealed)
                && rig.Buffer.QueuedFrames <= 64
                && rig.Buffer.Target <= TimeSpan.FromMilliseconds(20 + jitter)
                && Signals.Peak(rig.Heard.ToArray()) <= 14_200
                && concealed <= lost.Take(1_000).Count(l => l) + 120;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Frames_are_heard_in_their_order_and_none_twice()
    {
        Prop.ForAll<int>(seed =>
        {
            // Each frame is flat at its own level and nothing is stretched, for the arrivals keep within 10 ms; losses make no level that was not sent.
            var random = new Random(seed);
            var buffer = new AudioJitterBuffer(JitterBufferOptions.Default);
            var heard = new short[480];
            var last = 0;
            foreach (var n in Enumerable.Range(0, 300))
            {
                var now = Instant.FromMilliseconds(n * 10);
                var frame = new short[480];
                frame.AsSpan().Fill((short)(1_000 + (n * 50)));
                if (random.Next(10) != 0) buffer.Insert(now, new((ushort)(n + 65_400)), new(unchecked((uint)(n * 480) - 50_000)), n == 0, frame);
                if (buffer.Read(now, heard) != PlayoutResult.Frame) continue;
                // The last sample is behind every cross-fade.
                if (heard[479] <= last) return false;
                last = heard[479];
            }
            return last > 1_000 + (290 * 50) - 500;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_numbers_and_times_whatsoever_leave_it_working()
    {
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var buffer = new AudioJitterBuffer(JitterBufferOptions.Default);
            var frame = Signals.Noise(seed, 30_000, 480);
            var heard = new short[480];
            var now = Instant.FromMilliseconds(1_000);
            var (sequence, timestamp) = (0, 0L);
            for (var i = 0; i < 400; i++)
            {
                now += TimeSpan.FromMilliseconds(random.Next(20));
                var kind = random.Next(20);
                sequence += kind switch { 0 => random.Next(65_536), 1 => random.Next(-70, 70), 2 => random.Next(-3_000, 3_000), _ => 1 };
                timestamp += kind switch { 3 => random.NextInt64(1L << 32), 4 => random.Next(-50_000, 50_000), _ => 480 };
                buffer.Insert(now, new((ushort)sequence), new((uint)timestamp), random.Next(10) == 0, frame);
                for (var reads = random.Next(4); reads > 0; reads--) buffer.Read(now, heard);
                if (buffer.QueuedFrames > 64 || buffer.Target > TimeSpan.FromMilliseconds(200)) return false;
            }
            // An orderly stream is played again once it has passed what came before: 100 frames at most.
            var results = new List<PlayoutResult>();
            for (var i = 0; i < 250; i++)
            {
                now += TimeSpan.FromMilliseconds(10);
                sequence++;
                timestamp += 480;
                buffer.Insert(now, new((ushort)sequence), new((uint)timestamp), isTalkStart: false, frame);
                results.Add(buffer.Read(now, heard));
            }
            return results.Skip(150).All(r => r == PlayoutResult.Frame);
        }).QuickCheckThrowOnFailure();
    }
}
