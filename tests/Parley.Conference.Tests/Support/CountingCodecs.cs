using Parley.Media.Audio;

namespace Parley.Conference.Tests.Support;

/// <summary>A codec in place of Opus that counts: a payload is one frame of 10 ms by its first byte, and holds the first sample of its frame.</summary>
internal sealed class CountingCodecs : IAudioCodecs
{
    private const byte OneFrame = 30 << 3;

    public string Name => "counting";

    public bool HasOpus => true;

    public int Encoders { get; private set; }

    public int Encoded { get; private set; }

    public int Decoded { get; private set; }

    /// <summary>Bitrates of every frame encoded since the last <see cref="Forget"/>.</summary>
    public HashSet<int> Bitrates { get; } = [];

    public static byte[] Payload(short sample) => [OneFrame, (byte)(sample >> 8), (byte)sample];

    public void Forget()
    {
        Encoded = 0;
        Decoded = 0;
        Bitrates.Clear();
    }

    public IAudioEncoder? CreateOpusEncoder()
    {
        Encoders++;
        return new Encoder(this);
    }

    public IAudioDecoder? CreateOpusDecoder() => new Decoder(this);

    private sealed class Encoder(CountingCodecs codecs) : IAudioEncoder
    {
        private AudioEncoderSettings _settings;

        public void Configure(in AudioEncoderSettings settings) => _settings = settings;

        public int Encode(ReadOnlySpan<short> frame480, Span<byte> payload)
        {
            codecs.Encoded++;
            codecs.Bitrates.Add(_settings.Bitrate);
            Payload(frame480[0]).CopyTo(payload);
            return 3;
        }

        public void Reset()
        {
            // It has no memory.
        }

        public void Dispose()
        {
            // It has nothing.
        }
    }

    private sealed class Decoder(CountingCodecs codecs) : IAudioDecoder
    {
        public bool TryDecode(ReadOnlySpan<byte> payload, Span<short> frame480)
        {
            codecs.Decoded++;
            if (payload.Length != 3) return false;
            frame480.Fill((short)((payload[1] << 8) | payload[2]));
            return true;
        }

        public bool TryDecodeBefore(ReadOnlySpan<byte> payload, Span<short> frame480) => false;

        public void Reset()
        {
            // It has no memory.
        }

        public void Dispose()
        {
            // It has nothing.
        }
    }
}
