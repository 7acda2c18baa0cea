using System.Buffers.Binary;
using Parley.Media.Audio;

namespace Parley.Media.Synthesis;

/// <summary>Reads 16-bit PCM WAV files as 48 kHz mono.</summary>
public static class WavFile
{
    /// <summary>Reads a file; false with a sentence when it is not what we read.</summary>
    public static bool TryParse(ReadOnlySpan<byte> file, out short[] samples, out string error)
    {
        samples = [];
        error = "This is not a WAV file.";
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file[8..12].SequenceEqual("WAVE"u8)) return false;
        int channels = 0, rate = 0, bits = 0, format = 0;
        var rest = file[12..];
        while (rest.Length >= 8)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            var body = rest[8..(int)Math.Min((uint)rest.Length, Math.Min(length, int.MaxValue - 8) + 8)];
            if (rest[..4].SequenceEqual("fmt "u8) && body.Length >= 16)
            {
                format = BinaryPrimitives.ReadUInt16LittleEndian(body);
                channels = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]);
                rate = BinaryPrimitives.ReadInt32LittleEndian(body[4..]);
                bits = BinaryPrimitives.ReadUInt16LittleEndian(body[14..]);
            }
            else if (rest[..4].SequenceEqual("data"u8))
            {
                if (format is not (1 or 0xFFFE) || bits != 16 || channels is < 1 or > 2 || rate is not (8_000 or 16_000 or 44_100 or 48_000))
                {
                    error = "Only 16-bit PCM, mono or stereo, at 8, 16, 44.1 or 48 kHz can be read.";
                    return false;
                }
                samples = ToMono48(body, channels, rate);
                error = samples.Length == 0 ? "The file holds no sound." : "";
                return samples.Length > 0;
            }
            var next = 8 + (long)length + (length & 1);
            if (next >= rest.Length) break;
            rest = rest[(int)next..];
        }
        error = "The file has no sound data.";
        return false;
    }

    private static short[] ToMono48(ReadOnlySpan<byte> data, int channels, int rate)
    {
        var count = data.Length / (2 * channels);
        var mono = new double[count];
        for (var i = 0; i < count; i++)
        {
            for (var c = 0; c < channels; c++) mono[i] += BinaryPrimitives.ReadInt16LittleEndian(data[(2 * ((i * channels) + c))..]) / (double)channels;
        }
        var samples = new short[(int)((long)count * AudioFormat.SampleRate / rate)];
        for (var i = 0; i < samples.Length; i++)
        {
            // Linear interpolation: this is test material, read once.
            var at = (double)i * rate / AudioFormat.SampleRate;
            var left = (int)at;
            var right = Math.Min(left + 1, count - 1);
            samples[i] = (short)Math.Round(mono[left] + ((mono[right] - mono[left]) * (at - left)));
        }
        return samples;
    }
}
