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
            samples[i] = (short)Math.Clamp(Math.Round(At(mono, (double)i * rate / AudioFormat.SampleRate)), short.MinValue, short.MaxValue);
        }
        return samples;
    }

    /// <summary>The sound between two samples: a sinc under a Hann window, so that no images of the spectrum come in. Read once, so speed matters little.</summary>
    private static double At(double[] sound, double position)
    {
        const int Reach = 32;
        var left = (int)position;
        var fraction = position - left;
        if (fraction < 1e-9) return sound[left];
        var sum = 0.0;
        var sine = Math.Sin(Math.PI * fraction);
        for (var k = Math.Max(0, left - Reach + 1); k <= Math.Min(sound.Length - 1, left + Reach); k++)
        {
            // sin(pi (x - k)) has one size for all k and alternates in sign.
            var distance = position - k;
            var sinc = ((left - k) & 1) == 0 ? sine / (Math.PI * distance) : -sine / (Math.PI * distance);
            sum += sound[k] * sinc * (0.5 + (0.5 * Math.Cos(Math.PI * distance / Reach)));
        }
        return sum;
    }
}
