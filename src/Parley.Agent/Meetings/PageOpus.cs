using Parley.Agent.Web;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Agent.Meetings;

/// <summary>Opus by the page's browser, for an agent that has no library: the page adds payloads to its microphone's frames, and decodes what it is sent.</summary>
/// <remarks>On the driver's thread only. Nothing here waits for the page: a frame without a payload goes out as L16, and samples that come back late are late.</remarks>
internal sealed class PageOpus(Func<Page?> page) : IAudioCodecs, IRemoteAudioDecoder
{
    private readonly byte[] _payload = new byte[AudioDecoding.MaxPayload];
    private int _payloadLength;
    private MicrophoneEncoding _encoding = Nothing;

    private static readonly MicrophoneEncoding Nothing = new(0, 0);

    /// <inheritdoc />
    public string Name => "Opus of the page";

    /// <inheritdoc />
    public bool HasOpus { get; private set; }

    /// <inheritdoc />
    public IRemoteAudioDecoder RemoteDecoder => this;

    /// <summary>The page says whether it can, or there is none; one that can learns what to encode.</summary>
    public void SetPage(bool hasOpus)
    {
        HasOpus = hasOpus;
        if (hasOpus && _encoding != Nothing) page()?.Send(_encoding);
    }

    /// <summary>The payload that came with the frame which is encoded next; empty for none.</summary>
    public void SetNext(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_payload);
        _payloadLength = payload.Length;
    }

    /// <inheritdoc />
    public IAudioEncoder CreateOpusEncoder() => new Encoder(this);

    /// <summary>None: it decodes elsewhere.</summary>
    public IAudioDecoder? CreateOpusDecoder() => null;

    /// <inheritdoc />
    public void Submit(SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<byte> payload) =>
        page()?.SendToDecode(sequence, timestamp, isTalkStart, payload);

    private void Tell(MicrophoneEncoding encoding)
    {
        if (encoding == _encoding) return;
        _encoding = encoding;
        page()?.Send(encoding);
    }

    /// <summary>Of a microphone: what is encoded is what came with the frame.</summary>
    private sealed class Encoder(PageOpus opus) : IAudioEncoder
    {
        /// <summary>Its effort, and how it treats silence, are the browser's: each change there would begin the stream anew.</summary>
        public void Configure(in AudioEncoderSettings settings) => opus.Tell(new MicrophoneEncoding(settings.Bitrate, settings.LossPercent));

        public int Encode(ReadOnlySpan<short> frame480, Span<byte> payload)
        {
            var length = opus._payloadLength <= payload.Length ? opus._payloadLength : 0;
            opus._payload.AsSpan(0, length).CopyTo(payload);
            opus._payloadLength = 0;
            return length;
        }

        public void Reset()
        {
            // The page's stream goes on through our pauses.
        }

        public void Dispose() => opus.Tell(Nothing);
    }
}
