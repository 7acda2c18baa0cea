using FsCheck;
using FsCheck.Fluent;
using Parley.Media.Video;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Media.Tests.Video;

public sealed class FrameAssemblerTests
{
    private const byte Jpeg = (byte)PayloadType.Jpeg;
    private const byte Vp8 = (byte)PayloadType.Vp8;

    [Fact]
    public void Any_order_with_duplicates_gives_the_same_pictures_in_order()
    {
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
            // Ids wrap around within the run; pieces of six pictures are shuffled, each sent once or twice.
            var frames = Enumerable.Range(0, 6).Select(i => new Picture((ushort)(65_533 + i), random.Next(1, 20_000), random.Next())).ToArray();
            assembler.Insert(new(0), frames[0].Header(0), frames[0].Timestamp, Vp8, frames[0].Piece(0));
            var pieces = frames.SelectMany(f => Enumerable.Range(0, f.Count).SelectMany(i => Enumerable.Repeat((f, i), random.Next(1, 3)))).ToArray();
            random.Shuffle(pieces);
            var given = new List<(ushort Id, byte[] Bytes)>();
            foreach (var (f, i) in pieces)
            {
                var reason = assembler.Insert(new(0), f.Header(i), f.Timestamp, Vp8, f.Piece(i));
                if (reason is not (DropReason.None or DropReason.Duplicate)) return false;
                while (assembler.TryTake(new(0), out var frame))
                {
                    given.Add((frame.FrameId, frame.Data.ToArray()));
                    assembler.Release(frame);
                }
            }
            var stats = assembler.Stats;
            return given.Count == 6 && given.Zip(frames).All(p => p.First.Id == p.Second.Id && p.First.Bytes.AsSpan().SequenceEqual(p.Second.Bytes))
                && stats.FramesComplete == 6 && stats.FramesLost == 0
                && stats.FragmentsDuplicate == stats.FragmentsReceived - frames.Sum(f => f.Count);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_large_picture_may_take_longer_than_the_deadline_as_long_as_pieces_come()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        var picture = new Picture(7, 11_000, 1);
        var now = new Instant(0);
        for (var i = 0; i < picture.Count; i++)
        {
            now += TimeSpan.FromMilliseconds(60);
            assembler.HandleTimeout(now);
            Assert.False(assembler.TryTake(now, out _));
            Assert.Equal(DropReason.None, assembler.Insert(now, picture.Header(i), picture.Timestamp, Vp8, picture.Piece(i)));
        }
        Assert.True(now - new Instant(0) > 5 * FrameAssemblerOptions.Default.Deadline);
        Assert.True(assembler.TryTake(now, out _));

        var next = new Picture(8, 11_000, 1);
        assembler.Insert(now, next.Header(0), next.Timestamp, Vp8, next.Piece(0));
        assembler.HandleTimeout(now + FrameAssemblerOptions.Default.Deadline);
        Assert.Equal(1, assembler.Stats.FramesLost);
    }

    [Fact]
    public void Whatever_is_lost_pictures_come_whole_once_and_in_order_and_all_are_accounted_for()
    {
        Prop.ForAll<int>(seed =>
        {
            var random = new Random(seed);
            var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
            var payloadType = random.Next(2) == 0 ? Jpeg : Vp8;
            var now = new Instant(0);
            var last = -1L;
            var given = 0;
            for (var n = 0; n < 60; n++)
            {
                var picture = new Picture((ushort)(65_500 + n), random.Next(1, 8_000), n);
                now += TimeSpan.FromMilliseconds(33);
                assembler.HandleTimeout(now);
                foreach (var i in Enumerable.Range(0, picture.Count).OrderBy(_ => random.Next()))
                {
                    // The first and the last picture come whole, so that the sums can be checked.
                    if (n is not (0 or 59) && random.Next(8) == 0) continue;
                    assembler.Insert(now, picture.Header(i), picture.Timestamp, payloadType, picture.Piece(i));
                }
                if (n == 59) now += TimeSpan.FromMilliseconds(200);
                while (assembler.TryTake(now, out var frame))
                {
                    var number = (ushort)(frame.FrameId - 65_500);
                    var sent = new Picture(frame.FrameId, frame.Length, number);
                    if (number <= last || !frame.Data.SequenceEqual(sent.Bytes)) return false;
                    last = number;
                    given++;
                    assembler.Release(frame);
                }
            }
            return last == 59 && assembler.Stats.FramesComplete == given && assembler.Stats.FramesLost == 60 - given;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_last_piece_may_come_first()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        var picture = new Picture(9, 5_000, 1);
        for (var i = picture.Count - 1; i >= 0; i--) Assert.Equal(DropReason.None, Put(assembler, picture, i, Jpeg));
        Assert.True(assembler.TryTake(new(0), out var frame));
        Assert.Equal(picture.Bytes, frame.Data.ToArray());
        Assert.Equal((640, 360, 9, Jpeg, picture.Timestamp), (frame.Width, frame.Height, frame.FrameId, frame.PayloadType, frame.Timestamp));
    }

    [Fact]
    public void An_incomplete_frame_holds_back_the_next_until_its_deadline()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        var first = new Picture(1, 3_000, 1);
        var second = new Picture(2, 3_000, 2);
        Put(assembler, first, 0, Vp8);
        PutAll(assembler, second, Vp8, Instant.FromMilliseconds(30));
        Assert.False(assembler.TryTake(Instant.FromMilliseconds(99), out _));
        Assert.Equal(Instant.FromMilliseconds(100), assembler.NextTimeout);
        assembler.HandleTimeout(Instant.FromMilliseconds(100));
        Assert.Equal(Instant.Never, assembler.NextTimeout);
        Assert.True(assembler.TryTake(Instant.FromMilliseconds(100), out var frame));
        Assert.Equal(2, frame.FrameId);
        Assert.Equal(1, assembler.Stats.FramesLost);
        Assert.Equal(DropReason.Late, Put(assembler, first, 1, Vp8));
        Assert.Equal(DropReason.Duplicate, Put(assembler, second, 1, Vp8));
    }

    [Fact]
    public void A_frame_of_which_nothing_came_holds_back_the_next_until_the_deadline_after_that()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        PutAll(assembler, new Picture(1, 100, 1), Vp8, new(0));
        Assert.True(assembler.TryTake(new(0), out _));
        PutAll(assembler, new Picture(3, 100, 3), Vp8, Instant.FromMilliseconds(50));
        Assert.False(assembler.TryTake(Instant.FromMilliseconds(149), out _));
        Assert.True(assembler.TryTake(Instant.FromMilliseconds(150), out var frame));
        Assert.Equal(3, frame.FrameId);
        Assert.Equal(1, assembler.Stats.FramesLost);
    }

    [Fact]
    public void A_newer_complete_jpeg_overtakes_an_incomplete_one_at_once()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        var first = new Picture(1, 3_000, 1);
        Put(assembler, first, 0, Jpeg);
        PutAll(assembler, new Picture(2, 3_000, 2), Jpeg, new(0));
        Assert.True(assembler.TryTake(new(0), out var frame));
        Assert.Equal(2, frame.FrameId);
        Assert.Equal(1, assembler.Stats.FramesLost);
        Assert.Equal(DropReason.Late, Put(assembler, first, 1, Jpeg));
    }

    [Fact]
    public void A_full_assembler_lets_the_oldest_frame_go()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        for (var n = 0; n < 9; n++) Put(assembler, new Picture((ushort)n, 3_000, n), 0, Vp8);
        Assert.Equal(1, assembler.Stats.FramesLost);
        Assert.Equal(DropReason.Late, Put(assembler, new Picture(0, 3_000, 0), 1, Vp8));
        Assert.Equal(DropReason.None, Put(assembler, new Picture(1, 3_000, 1), 1, Vp8));
    }

    [Fact]
    public void Pieces_that_contradict_their_frame_are_refused_with_a_reason()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        var picture = new Picture(1, 5_000, 1);
        var header = picture.Header(0);
        Assert.Equal(DropReason.None, Put(assembler, picture, 0, Jpeg));
        var next = picture.Header(1);
        var piece = picture.Piece(1);
        Refused(next with { FragmentCount = 4 }, picture.Timestamp, Jpeg, piece, DropReason.Malformed);
        Refused(next with { Width = 641 }, picture.Timestamp, Jpeg, piece, DropReason.Malformed);
        Refused(next with { Height = 0 }, picture.Timestamp, Jpeg, piece, DropReason.Malformed);
        Refused(next with { FragmentIndex = 5 }, picture.Timestamp, Jpeg, piece, DropReason.Malformed);
        Refused(next with { Flags = FrameFlags.Discardable }, picture.Timestamp, Jpeg, piece, DropReason.Malformed);
        Refused(next with { Layer = 1 }, picture.Timestamp, Jpeg, piece, DropReason.Malformed);
        Refused(next, picture.Timestamp + 1, Jpeg, piece, DropReason.Malformed);
        Refused(next, picture.Timestamp, Vp8, piece, DropReason.Malformed);
        Refused(next, picture.Timestamp, Jpeg, piece[..^1], DropReason.Malformed);
        Refused(next, picture.Timestamp, Jpeg, [], DropReason.Truncated);
        Refused(next with { FrameId = 2 }, picture.Timestamp, Jpeg, new byte[Limits.MaxFragment + 1], DropReason.TooLarge);
        Refused(next with { FrameId = 2, FragmentCount = Limits.MaxFragments + 1 }, picture.Timestamp, Jpeg, piece, DropReason.TooLarge);
        Refused(picture.Header(4), picture.Timestamp, Jpeg, new byte[1_001], DropReason.Malformed);
        Assert.Equal(13, assembler.Stats.FragmentsRefused);

        for (var i = 1; i < picture.Count; i++) Assert.Equal(DropReason.None, Put(assembler, picture, i, Jpeg));
        Assert.True(assembler.TryTake(new(0), out var frame));
        Assert.Equal(picture.Bytes, frame.Data.ToArray());
        Assert.Equal(header.FrameId, frame.FrameId);

        void Refused(FrameHeader bad, RtpTimestamp timestamp, byte payloadType, byte[] bytes, DropReason reason) =>
            Assert.Equal(reason, assembler.Insert(new(0), bad, timestamp, payloadType, bytes));
    }

    [Fact]
    public void A_frame_longer_than_the_limit_is_refused_whichever_piece_tells()
    {
        var header = new FrameHeader(1, 0, Limits.MaxFragments, 640, 360, FrameFlags.None, 0);
        var lastHeader = header with { FragmentIndex = Limits.MaxFragments - 1 };
        var full = new byte[Limits.MaxFragment];
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        Assert.Equal(DropReason.None, assembler.Insert(new(0), header, new(0), Vp8, full));
        Assert.Equal(DropReason.TooLarge, assembler.Insert(new(0), lastHeader, new(0), Vp8, full));

        assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        Assert.Equal(DropReason.None, assembler.Insert(new(0), lastHeader, new(0), Vp8, full));
        Assert.Equal(DropReason.TooLarge, assembler.Insert(new(0), header, new(0), Vp8, full));
    }

    [Fact]
    public void Random_headers_and_pieces_never_break_it_and_memory_stays_bounded()
    {
        var random = new Random(13);
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        var now = new Instant(0);
        for (var i = 0; i < 200_000; i++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(3));
            var header = new FrameHeader(
                (ushort)random.Next(20), (ushort)random.Next(4), (ushort)random.Next(5), 640, 360, FrameFlags.None, (byte)random.Next(2));
            assembler.Insert(now, header, new((uint)random.Next(2)), random.Next(4) == 0 ? Vp8 : Jpeg, new byte[random.Next(4)]);
            if (random.Next(5) == 0) assembler.HandleTimeout(now);
            while (assembler.TryTake(now, out var frame))
            {
                Assert.InRange(frame.Length, 1, 9);
                assembler.Release(frame);
            }
        }
        Assert.True(assembler.Stats.FramesComplete > 0);
        Assert.Equal(200_000, assembler.Stats.FragmentsReceived);
    }

    [Fact]
    public void Assembling_allocates_nothing_once_buffers_have_grown()
    {
        var assembler = new FrameAssembler(FrameAssemblerOptions.Default);
        var pictures = Enumerable.Range(0, 40).Select(n => new Picture((ushort)n, 500 + (n * 997 % 40_000), n)).ToArray();
        var pieces = pictures.Select(p => Enumerable.Range(0, p.Count).Select(p.Piece).ToArray()).ToArray();
        Round(0);
        var rounds = 1;
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var last = rounds + 9; rounds < last; rounds++) Round(rounds * 40);
        }));
        Assert.Equal(40 * rounds, assembler.Stats.FramesComplete);

        void Round(int firstId)
        {
            for (var n = 0; n < pictures.Length; n++)
            {
                for (var i = 0; i < pieces[n].Length; i++)
                {
                    var header = pictures[n].Header(i) with { FrameId = (ushort)(firstId + n) };
                    assembler.Insert(new(0), header, pictures[n].Timestamp, Vp8, pieces[n][i]);
                }
                while (assembler.TryTake(new(0), out var frame)) assembler.Release(frame);
            }
        }
    }

    private static DropReason Put(FrameAssembler assembler, Picture picture, int index, byte payloadType, Instant now = default) =>
        assembler.Insert(now, picture.Header(index), picture.Timestamp, payloadType, picture.Piece(index));

    private static void PutAll(FrameAssembler assembler, Picture picture, byte payloadType, Instant now)
    {
        for (var i = 0; i < picture.Count; i++) Assert.Equal(DropReason.None, Put(assembler, picture, i, payloadType, now));
    }

    private sealed class Picture
    {
        public Picture(ushort id, int length, int seed)
        {
            Id = id;
            Bytes = new byte[length];
            new Random(seed).NextBytes(Bytes);
        }

        public ushort Id { get; }

        public byte[] Bytes { get; }

        public int Count => FrameFragmenter.FragmentCount(Bytes.Length);

        public RtpTimestamp Timestamp => new(Id * 6_000u);

        public FrameHeader Header(int index) => new(Id, (ushort)index, (ushort)Count, 640, 360, FrameFlags.KeyFrame, 0);

        public byte[] Piece(int index)
        {
            var size = FrameFragmenter.FragmentSize(Bytes.Length);
            return Bytes.AsSpan(index * size, Math.Min(size, Bytes.Length - (index * size))).ToArray();
        }
    }
}
