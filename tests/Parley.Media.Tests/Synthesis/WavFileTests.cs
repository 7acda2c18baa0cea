using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Parley.Media.Synthesis;

namespace Parley.Media.Tests.Synthesis;

public sealed class WavFileTests
{
    [Theory]
    [InlineData(8_000, 1)]
    [InlineData(16_000, 1)]
    [InlineData(16_000, 2)]
    [InlineData(44_100, 1)]
    [InlineData(44_100, 2)]
    [InlineData(48_000, 2)]
    public void Sound_of_every_rate_comes_out_at_48_kHz_without_images(int rate, int channels)
    {
        var mono = Signals.Sine(1_000, 10_000, rate, rate);
        var samples = channels == 1 ? mono : [.. mono.SelectMany(s => new[] { s, s })];
        Assert.True(WavFile.TryParse(Wav(samples, rate, channels), out var read, out var error), error);
        Assert.Equal(48_000, read.Length);
        var middle = read.AsSpan(4_800, 38_400);
        Assert.Equal(10_000, Spectrum.Amplitude(middle, 1_000), 20.0);
        if (rate < 48_000) Assert.True(Spectrum.Amplitude(middle, rate - 1_000) < 10);
    }

    [Fact]
    public void At_48_kHz_mono_every_sample_stays_as_it_is()
    {
        var samples = Signals.Noise(1, 30_000, 1_000);
        Assert.True(WavFile.TryParse(Wav(samples, 48_000, 1), out var read, out _));
        Assert.Equal(samples, read);
    }

    [Fact]
    public void Stereo_becomes_the_mean_of_both_sides()
    {
        Assert.True(WavFile.TryParse(Wav([1_000, 3_000, -500, 500], 48_000, 2), out var read, out _));
        Assert.Equal([2_000, 0], read);
    }

    [Theory]
    [InlineData(20, 3)] // float
    [InlineData(22, 6)] // six channels
    [InlineData(24, 1)] // an odd rate
    [InlineData(34, 24)] // 24 bits
    public void Kinds_we_cannot_read_are_refused_with_a_sentence(int at, byte value)
    {
        var wav = Wav(new short[10], 48_000, 1);
        wav[at] = value;
        Assert.False(WavFile.TryParse(wav, out var samples, out var error));
        Assert.Empty(samples);
        Assert.EndsWith(".", error);
    }

    [Fact]
    public void Every_prefix_and_every_flipped_bit_is_read_or_refused_with_a_sentence()
    {
        var wav = Wav(Signals.Sine(1_000, 10_000, 16), 48_000, 1);
        for (var length = 0; length < wav.Length; length++) Check(wav.AsSpan(0, length));
        for (var bit = 0; bit < wav.Length * 8; bit++)
        {
            wav[bit / 8] ^= (byte)(1 << (bit % 8));
            Check(wav);
            wav[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        static void Check(ReadOnlySpan<byte> file) =>
            Assert.True(WavFile.TryParse(file, out var samples, out var error) ? samples.Length > 0 : error.EndsWith('.') && samples.Length == 0);
    }

    private static byte[] Wav(short[] samples, int rate, int channels)
    {
        var wav = new byte[44 + (samples.Length * 2)];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        wav[16] = 16;
        wav[20] = 1;
        wav[22] = (byte)channels;
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), rate * channels * 2);
        wav[32] = (byte)(channels * 2);
        wav[34] = 16;
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), samples.Length * 2);
        MemoryMarshal.AsBytes<short>(samples).CopyTo(wav.AsSpan(44));
        return wav;
    }
}
