using Parley.Media.Synthesis;
using Parley.Media.Video;
using Parley.Protocol;

namespace Parley.Media.Tests.Synthesis;

public sealed class TestCardTests
{
    [Theory]
    [InlineData(256, 144, 40)]
    [InlineData(426, 240, 50)] // not a multiple of 8
    [InlineData(64, 64, 1)]
    [InlineData(64, 64, 100)]
    public void Every_picture_of_the_cycle_is_a_sound_jpeg_of_its_size(int width, int height, int quality)
    {
        var card = new TestCard(width, height, 0, quality);
        var buffer = new byte[Limits.MaxFrame];
        for (var n = 0; n < 16; n++)
        {
            var picture = new JpegReader(buffer.AsSpan(0, card.Write(n, 1, buffer)));
            Assert.Equal((width, height), (picture.Width, picture.Height));
        }
    }

    [Fact]
    public void The_field_has_its_colour_and_the_row_of_blocks_counts()
    {
        var card = new TestCard(640, 360, 1, 60);
        var buffer = new byte[Limits.MaxFrame];
        for (var n = 0; n < 15; n++)
        {
            var picture = new JpegReader(buffer.AsSpan(0, card.Write(n, 1, buffer)));
            // Red (200, 60, 60) beside the bar: Y 102, Cb 104, Cr 198 (JFIF).
            var field = picture.Blocks[(20 * picture.BlocksAcross) + (n < 7 ? 70 : 10)];
            Assert.Equal(102, field[0], 4.0);
            Assert.Equal(104, field[1], 4.0);
            Assert.Equal(198, field[2], 4.0);
            Assert.Equal(n, Count(picture));
        }
    }

    [Fact]
    public void The_capture_time_is_written_in_place_and_read_back()
    {
        var card = new TestCard(64, 64, 3, 60);
        var buffer = new byte[Limits.MaxFrame];
        var length = card.Write(5, 0x0102_0304_0506_0708, buffer);
        Assert.True(TestCard.TryReadCaptureTicks(buffer.AsSpan(0, length), out var ticks));
        Assert.Equal(0x0102_0304_0506_0708, ticks);
        Assert.Equal([.. "PRLY"u8, 1, 2, 3, 4, 5, 6, 7, 8], new JpegReader(buffer.AsSpan(0, length)).Comment);

        for (var cut = 0; cut < 36; cut++) Assert.False(TestCard.TryReadCaptureTicks(buffer.AsSpan(0, cut), out _));
        buffer[24] ^= 1;
        Assert.False(TestCard.TryReadCaptureTicks(buffer.AsSpan(0, length), out _));
    }

    [Fact]
    public void The_rungs_up_to_360p_fit_a_frame_with_room_to_spare()
    {
        var buffer = new byte[Limits.MaxFrame];
        foreach (var rung in VideoLadder.Rungs.Where(r => r.Width <= 640))
        {
            var length = new TestCard(rung.Width, rung.Height, 0, rung.JpegQuality).Write(0, 0, buffer);
            Assert.InRange(length, 1_000, Limits.MaxFrame / 4);
        }
    }

    [Fact]
    public void A_file_of_pictures_is_split_into_them_even_with_thumbnails_and_rubbish_between()
    {
        var buffer = new byte[Limits.MaxFrame];
        var card = new TestCard(64, 64, 0, 60);
        var first = buffer.AsSpan(0, card.Write(0, 1, buffer)).ToArray();
        var second = buffer.AsSpan(0, card.Write(1, 2, buffer)).ToArray();
        // An application segment that holds a whole picture, as EXIF does.
        byte[] withThumbnail = [0xFF, 0xD8, 0xFF, 0xE1, (byte)((second.Length + 2) >> 8), (byte)(second.Length + 2), .. second, .. first.AsSpan(2)];
        byte[] file = [1, 2, .. first, 0xFF, 0xD8, .. withThumbnail, 0, 0, .. second, .. first.AsSpan(0, first.Length - 2)];
        var pictures = MjpegFile.Split(file);
        Assert.Equal([first, withThumbnail, second], pictures.Select(p => p.ToArray()));
        Assert.Empty(MjpegFile.Split(new byte[] { 0xFF, 0xD8, 0xFF }));
        Assert.Empty(MjpegFile.Split(ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void Every_prefix_of_a_file_gives_only_whole_pictures()
    {
        var buffer = new byte[Limits.MaxFrame];
        var picture = buffer.AsSpan(0, new TestCard(16, 16, 0, 60).Write(0, 1, buffer)).ToArray();
        for (var length = 0; length < picture.Length; length++) Assert.Empty(MjpegFile.Split(picture.AsMemory(0, length)));
        Assert.Single(MjpegFile.Split(picture));
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        var card = new TestCard(64, 64, 0, 60);
        var buffer = new byte[Limits.MaxFrame];
        card.Write(0, 0, buffer);
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var n = 0; n < 100; n++) card.Write(n, n, buffer);
        }));
    }

    /// <summary>The lowest row: 24 blocks of width / 24 pixels, the lowest bit on the left.</summary>
    private static int Count(JpegReader picture)
    {
        var row = picture.Height / 8 - 1;
        var count = 0;
        for (var bit = 0; bit < 24; bit++)
        {
            var x = (bit * (picture.Width / 24)) + (picture.Width / 48);
            if (picture.Blocks[(row * picture.BlocksAcross) + (x / 8)][0] > 128) count |= 1 << bit;
        }
        return count;
    }
}
