using Parley.Media.Audio;
using Parley.Tests;

namespace Parley.Codecs.Tests;

public sealed class LibOpusTests
{
    private static readonly AudioEncoderSettings Usual = new(48_000, 0, 9);

    [OpusFact]
    public void A_voice_comes_back_at_its_level_after_the_codecs_delay()
    {
        var heard = Through(Usual, 100, (_, payload, decode) => decode(payload));
        Assert.InRange(20 * Math.Log10(Rms(heard) / Rms(Sound(0, 100))), -1, 1);
    }

    [OpusFact]
    public void Every_payload_is_one_frame_of_10_ms_and_bitrates_are_kept()
    {
        foreach (var bitrate in new[] { 12_000, 24_000, 48_000, 64_000 })
        {
            var bytes = 0;
            Through(Usual with { Bitrate = bitrate }, 300, (_, payload, decode) =>
            {
                Assert.True(OpusPacket.IsOneFrame(payload));
                bytes += payload.Length;
                decode(payload);
            });
            Assert.InRange(bytes * 8 / 3.0, bitrate * 0.6, bitrate * 1.25);
        }
    }

    [OpusFact]
    public void A_lost_frame_is_in_the_next_payload_when_loss_is_expected()
    {
        var settings = new AudioEncoderSettings(24_000, 20, 9);
        var withCopy = 0;
        var recovered = Through(settings, 200, (n, payload, decode) =>
        {
            if (!OpusPacket.HasFrameBefore(payload)) return;
            withCopy++;
            decode(payload);
        });
        Assert.True(withCopy > 100, $"{withCopy} of 200");
        Assert.NotEmpty(recovered);
    }

    [OpusFact]
    public void The_copy_of_a_lost_frame_is_like_it_and_without_expected_loss_there_is_none()
    {
        Assert.True(LibOpus.TryLoad(out var codecs));
        using var encoder = codecs.CreateOpusEncoder()!;
        using var decoder = codecs.CreateOpusDecoder()!;
        var payload = new byte[400];
        var frame = new short[480];
        encoder.Configure(new AudioEncoderSettings(24_000, 20, 9));
        var copies = 0;
        var decibels = 0.0;
        for (var n = 0; n < 200; n++)
        {
            var length = encoder.Encode(Sound(n, 1), payload);
            if (n % 10 == 9) continue;
            if (n % 10 == 0 && n > 0 && decoder.TryDecodeBefore(payload.AsSpan(0, length), frame))
            {
                copies++;
                decibels += 20 * Math.Log10(Rms(frame) / Rms(Sound(n - 1, 1)));
            }
            Assert.True(decoder.TryDecode(payload.AsSpan(0, length), frame));
        }
        Assert.InRange(copies, 10, 19);
        // It is coarse, and made for the moment between two good frames.
        Assert.InRange(decibels / copies, -8, 2);

        encoder.Configure(Usual);
        for (var n = 0; n < 50; n++)
        {
            var length = encoder.Encode(Sound(n, 1), payload);
            if (n > 2) Assert.False(decoder.TryDecodeBefore(payload.AsSpan(0, length), frame));
        }
    }

    [OpusFact]
    public void What_is_not_speech_becomes_a_byte_or_two_a_frame()
    {
        Assert.True(LibOpus.TryLoad(out var codecs));
        using var encoder = codecs.CreateOpusEncoder()!;
        encoder.Configure(new AudioEncoderSettings(12_000, 0, 9, IsQuiet: true));
        var payload = new byte[400];
        var random = new Random(1);
        for (var n = 0; n < 100; n++) encoder.Encode(Sound(n, 1), payload);
        var small = 0;
        for (var n = 0; n < 400; n++)
        {
            var hiss = new short[480];
            for (var i = 0; i < hiss.Length; i++) hiss[i] = (short)random.Next(-20, 21);
            if (encoder.Encode(hiss, payload) <= 2) small++;
        }
        Assert.InRange(small, 250, 400);
    }

    [OpusFact]
    public void A_tone_that_never_ends_is_not_taken_for_noise()
    {
        Assert.True(LibOpus.TryLoad(out var codecs));
        using var coding = new AudioCoding(codecs, 5);
        using var decoding = new AudioDecoding(codecs);
        var tone = new Parley.Media.Synthesis.ToneSource(443, -24);
        var detector = new Parley.Media.Synthesis.ToneDetector([443]);
        var payload = new byte[AudioDecoding.MaxPayload];
        var frame = new short[480];
        for (var n = 0; n < 1_000; n++)
        {
            tone.Read(frame);
            var length = coding.Encode(new AudioQuality(Protocol.Control.AudioProfile.Opus, 24_000, 10), frame, payload, out var type);
            Assert.True(decoding.TryDecode(type, payload.AsSpan(0, length), frame));
            detector.Add(frame);
        }
        Assert.Equal(-24, detector.DbFs(0), 1.5);
    }

    [OpusFact]
    public void Damaged_payloads_are_refused_or_decoded_and_the_next_good_one_is_heard()
    {
        Assert.True(LibOpus.TryLoad(out var codecs));
        using var encoder = codecs.CreateOpusEncoder()!;
        using var decoder = codecs.CreateOpusDecoder()!;
        encoder.Configure(Usual);
        var payload = new byte[400];
        var frame = new short[480];
        var random = new Random(2);
        for (var n = 0; n < 300; n++)
        {
            var length = encoder.Encode(Sound(n, 1), payload);
            var damaged = payload.AsSpan(0, random.Next(1, length + 1)).ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            decoder.TryDecode(damaged, frame);
            decoder.TryDecodeBefore(damaged, frame);
            Assert.True(decoder.TryDecode(payload.AsSpan(0, length), frame));
        }
        Assert.False(decoder.TryDecode([], frame));
        Assert.False(decoder.TryDecodeBefore([], frame));
    }

    [OpusFact]
    public void Encoding_and_decoding_allocate_nothing()
    {
        Assert.True(LibOpus.TryLoad(out var codecs));
        using var encoder = codecs.CreateOpusEncoder()!;
        using var decoder = codecs.CreateOpusDecoder()!;
        var payload = new byte[400];
        var frame = Sound(0, 1);
        Run(100);
        Assert.Equal(0, Allocations.Fewest(() => Run(200)));

        void Run(int frames)
        {
            for (var n = 0; n < frames; n++)
            {
                encoder.Configure(Usual with { LossPercent = n % 2 });
                var length = encoder.Encode(frame, payload);
                decoder.TryDecodeBefore(payload.AsSpan(0, length), frame);
                decoder.TryDecode(payload.AsSpan(0, length), frame);
            }
        }
    }

    [OpusFact]
    public void The_coder_and_the_jitter_buffer_carry_it_and_play_a_lost_frame_from_the_next()
    {
        Assert.True(LibOpus.TryLoad(out var codecs));
        using var coding = new AudioCoding(codecs, 9);
        using var decoding = new AudioDecoding(codecs);
        var buffer = new AudioJitterBuffer(JitterBufferOptions.Default, decoding);
        var payload = new byte[AudioDecoding.MaxPayload];
        var frame = new short[480];
        for (var n = 0; n < 200; n++)
        {
            var now = Protocol.Time.Instant.FromMilliseconds(1_000 + (n * 10));
            var length = coding.Encode(new AudioQuality(Protocol.Control.AudioProfile.Opus, 24_000, 20), Sound(n, 1), payload, out var type);
            var header = new Protocol.Rtp.RtpHeader(type, n == 0, new((ushort)n), new((uint)n * 480), new(1), 0, 12, 0);
            if (n % 20 != 19) Assert.Equal(Protocol.DropReason.None, buffer.Insert(now, header, payload.AsSpan(0, length)));
            buffer.Read(now, frame);
        }
        Assert.InRange(buffer.Stats.Recovered, 5, 10);
        Assert.Equal(9 - buffer.Stats.Recovered, buffer.Stats.ConcealedFrames);
    }

    [Fact]
    public void Without_it_opus_is_refused_and_the_coder_writes_l16()
    {
        Assert.False(NoAudioCodecs.Instance.HasOpus);
        using var coding = new AudioCoding(NoAudioCodecs.Instance, 9);
        using var decoding = new AudioDecoding(NoAudioCodecs.Instance);
        var payload = new byte[AudioDecoding.MaxPayload];
        Assert.Equal(960, coding.Encode(new AudioQuality(Protocol.Control.AudioProfile.Opus, 24_000, 0), Sound(0, 1), payload, out var type));
        Assert.Equal(Protocol.Rtp.PayloadType.L16At48Khz, type);
        Assert.False(decoding.IsFrame(Protocol.Rtp.PayloadType.Opus, [0xF0, 1, 2, 3]));
        Environment.SetEnvironmentVariable(AudioCodecs.OpusVariable, "0");
        try
        {
            Assert.Same(NoAudioCodecs.Instance, AudioCodecs.Choose());
        }
        finally
        {
            Environment.SetEnvironmentVariable(AudioCodecs.OpusVariable, null);
        }
    }

    private delegate void Transmit(int frame, ReadOnlySpan<byte> payload, Decode decode);

    private delegate void Decode(ReadOnlySpan<byte> payload);

    private static short[] Through(AudioEncoderSettings settings, int frames, Transmit transmit)
    {
        Assert.True(LibOpus.TryLoad(out var codecs));
        using var encoder = codecs.CreateOpusEncoder()!;
        using var decoder = codecs.CreateOpusDecoder()!;
        encoder.Configure(settings);
        var payload = new byte[400];
        var heard = new List<short>();
        for (var n = 0; n < frames; n++)
        {
            var length = encoder.Encode(Sound(n, 1), payload);
            Assert.True(length > 0);
            transmit(n, payload.AsSpan(0, length), bytes =>
            {
                var frame = new short[480];
                Assert.True(decoder.TryDecode(bytes, frame));
                heard.AddRange(frame);
            });
        }
        return [.. heard];
    }

    /// <summary>Something like a voice: a fundamental that glides, its harmonics, and syllables four times a second.</summary>
    private static short[] Sound(int firstFrame, int frames)
    {
        var samples = new short[frames * 480];
        for (var i = 0; i < samples.Length; i++)
        {
            var t = ((firstFrame * 480) + i) / 48_000.0;
            var phase = 2 * Math.PI * ((140 * t) + (3 * Math.Sin(2 * Math.PI * t)));
            var envelope = 0.6 + (0.4 * Math.Sin(2 * Math.PI * 4 * t));
            var sample = 0.0;
            for (var h = 1; h <= 12; h++) sample += Math.Sin(h * phase) / h;
            samples[i] = (short)(5_000 * envelope * sample);
        }
        return samples;
    }

    private static double Rms(ReadOnlySpan<short> samples)
    {
        var sum = 0.0;
        foreach (var s in samples) sum += (double)s * s;
        return Math.Sqrt(sum / samples.Length);
    }
}
