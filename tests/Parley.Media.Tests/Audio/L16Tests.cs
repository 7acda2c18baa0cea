using FsCheck;
using FsCheck.Fluent;
using Parley.Media.Audio;

namespace Parley.Media.Tests.Audio;

public sealed class L16Tests
{
    [Fact]
    public void Samples_travel_high_byte_first()
    {
        Span<byte> bytes = stackalloc byte[6];
        Assert.Equal(6, L16.Encode([0x0102, -2, short.MinValue], bytes));
        Assert.Equal([0x01, 0x02, 0xff, 0xfe, 0x80, 0x00], bytes.ToArray());
    }

    [Fact]
    public void What_was_encoded_decodes_to_the_same_samples()
    {
        Prop.ForAll<short[]>(samples =>
        {
            var bytes = new byte[(samples.Length * 2) + 1];
            var size = L16.Encode(samples, bytes);
            var decoded = new short[samples.Length];
            return L16.TryDecode(bytes.AsSpan(0, size), decoded, out var count) && count == samples.Length && decoded.AsSpan().SequenceEqual(samples);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Odd_lengths_and_lengths_beyond_the_room_are_refused()
    {
        Assert.False(L16.TryDecode(new byte[959], new short[480], out var count));
        Assert.Equal(0, count);
        Assert.False(L16.TryDecode(new byte[962], new short[480], out _));
        Assert.True(L16.TryDecode([], new short[480], out count));
        Assert.Equal(0, count);
    }
}
