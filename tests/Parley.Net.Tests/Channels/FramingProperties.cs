using FsCheck;
using FsCheck.Fluent;
using Parley.Transport.Driving;

namespace Parley.Net.Tests.Channels;

public sealed class FramingProperties
{
    [Fact]
    public void Whatever_the_sizes_and_the_cuts_the_same_frames_come_out() =>
        Prop.ForAll<int[], int[]>((sizes, cuts) =>
        {
            var bodies = sizes.Take(30).Select((s, i) => Body(Math.Abs(s % 20_000), (byte)i)).ToArray();
            var written = Write(bodies, cuts);
            return Read(written, cuts).SequenceEqual(bodies, ByBytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_full_queue_says_so_and_keeps_its_order()
    {
        var byBytes = new OutgoingFrames(maxBytes: 100, maxMessages: 1000);
        Assert.True(byBytes.TryAdd(MessageKind.Json, new byte[95], out _));
        Assert.False(byBytes.TryAdd(MessageKind.Json, default, out _));
        var byCount = new OutgoingFrames(maxBytes: 1000, maxMessages: 2);
        Assert.True(byCount.TryAdd(MessageKind.Json, default, out _));
        Assert.True(byCount.TryAdd(MessageKind.Json, default, out _));
        Assert.False(byCount.TryAdd(MessageKind.Json, default, out _));
    }

    [Fact]
    public void There_is_never_more_than_one_writer()
    {
        var frames = new OutgoingFrames(1000, 1000);
        Assert.True(frames.TryAdd(MessageKind.Json, default, out var mustWrite));
        Assert.False(mustWrite, "the stream does not stand yet");
        Assert.True(frames.SetReady());
        frames.TryAdd(MessageKind.Json, default, out mustWrite);
        Assert.False(mustWrite);
        var buffer = new byte[100];
        Assert.Equal(10, frames.Fill(buffer, out _));
        Assert.Equal(0, frames.Fill(buffer, out var isLast));
        Assert.False(isLast);
        frames.TryAdd(MessageKind.Json, default, out mustWrite);
        Assert.True(mustWrite, "the writer before has ended");
        Assert.False(frames.Complete());
        Assert.Equal(5, frames.Fill(buffer, out _));
        Assert.Equal(0, frames.Fill(buffer, out isLast));
        Assert.True(isLast);
        Assert.False(frames.Complete());
    }

    [Fact]
    public async Task A_promise_of_four_gigabytes_allocates_nothing()
    {
        using var reader = new FrameReader(new MemoryStream([0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var frame = await reader.ReadAsync(() => 1000, default);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        Assert.Equal(FrameOutcome.Violation, frame.Outcome);
        Assert.Equal("A frame of 4294967295 bytes; at most 1001 are allowed here.", frame.Detail);
    }

    [Theory]
    [InlineData(0, FrameOutcome.End)]
    [InlineData(1, FrameOutcome.Cut)]
    [InlineData(5, FrameOutcome.Cut)]
    [InlineData(7, FrameOutcome.Cut)]
    public async Task An_end_between_frames_is_told_from_an_end_within_one(int length, object expected)
    {
        byte[] whole = [0, 0, 0, 4, 1, 7, 7, 7];
        using var reader = new FrameReader(new MemoryStream(whole[..length]));
        Assert.Equal(expected, (await reader.ReadAsync(() => 1000, default)).Outcome);
    }

    private static readonly IEqualityComparer<byte[]> ByBytes =
        EqualityComparer<byte[]>.Create((a, b) => a.AsSpan().SequenceEqual(b), bytes => bytes.Length);

    private static byte[] Body(int length, byte fill)
    {
        var body = new byte[length];
        Array.Fill(body, fill);
        return body;
    }

    private static byte[] Write(byte[][] bodies, int[] cuts)
    {
        var frames = new OutgoingFrames(int.MaxValue, int.MaxValue);
        foreach (var body in bodies) frames.TryAdd(MessageKind.Binary, body, out _);
        var all = new MemoryStream();
        frames.SetReady();
        var fills = 0;
        int filled;
        do
        {
            var buffer = new byte[CutAt(cuts, fills++)];
            filled = frames.Fill(buffer, out _);
            all.Write(buffer.AsSpan(0, filled));
        }
        while (filled > 0);
        return all.ToArray();
    }

    private static List<byte[]> Read(byte[] bytes, int[] cuts)
    {
        using var reader = new FrameReader(new CutStream(bytes, cuts));
        var bodies = new List<byte[]>();
        while (true)
        {
            var frame = reader.ReadAsync(() => 20_000, default).AsTask().GetAwaiter().GetResult();
            if (frame.Outcome != FrameOutcome.Complete) return frame.Outcome == FrameOutcome.End ? bodies : [];
            bodies.Add(frame.Buffer.AsSpan(0, frame.Length).ToArray());
        }
    }

    private static int CutAt(int[] cuts, int index) => cuts.Length == 0 ? 777 : 1 + Math.Abs(cuts[index % cuts.Length] % 9000);

    /// <summary>Gives its bytes in pieces of chosen sizes.</summary>
    private sealed class CutStream(byte[] bytes, int[] cuts) : MemoryStream(bytes)
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, CutAt(cuts, _reads++))]));
    }
}
