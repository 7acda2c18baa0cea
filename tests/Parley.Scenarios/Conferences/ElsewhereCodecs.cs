using Parley.Conference.Client;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Scenarios.Conferences;

/// <summary>Opus of a machine that decodes elsewhere: the samples come back some milliseconds after the payload went there, as from a page.</summary>
internal sealed class ElsewhereCodecs(IAudioCodecs codecs) : IAudioCodecs, IRemoteAudioDecoder
{
    private static readonly TimeSpan ThereAndBack = TimeSpan.FromMilliseconds(4);

    private readonly Queue<(Instant At, SequenceNumber Sequence, RtpTimestamp Timestamp, bool IsTalkStart, short[] Frame)> _waiting = new();
    private readonly IAudioDecoder _decoder = codecs.CreateOpusDecoder()!;
    private Instant _now;

    public string Name => "elsewhere";

    public bool HasOpus => true;

    public IRemoteAudioDecoder RemoteDecoder => this;

    /// <summary>When the next samples are back.</summary>
    public Instant NextTimeout => _waiting.TryPeek(out var next) ? next.At : Instant.Never;

    public IAudioEncoder? CreateOpusEncoder() => codecs.CreateOpusEncoder();

    public IAudioDecoder? CreateOpusDecoder() => null;

    public void Submit(SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<byte> payload)
    {
        var frame = new short[AudioFormat.FrameSamples];
        if (_decoder.TryDecode(payload, frame)) _waiting.Enqueue((_now + ThereAndBack, sequence, timestamp, isTalkStart, frame));
    }

    /// <summary>It is that late now, before anything is submitted.</summary>
    public void SetTime(Instant now) => _now = now;

    /// <summary>Gives back what is due.</summary>
    public void GiveBack(Instant now, MeetingClient client)
    {
        while (_waiting.TryPeek(out var next) && next.At <= now)
        {
            _waiting.Dequeue();
            client.ReceiveDecoded(now, next.Sequence, next.Timestamp, next.IsTalkStart, next.Frame);
        }
    }
}
