using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Audio;

/// <summary>Gives the payloads of one stream of Opus to a decoder elsewhere: each once, and those that a packet brings again before its own.</summary>
/// <remarks>A packet that was overtaken is decoded when it comes: a decoder that has to wait for it would delay all others. Not thread-safe.</remarks>
internal sealed class RemoteDecoding(IRemoteAudioDecoder decoder)
{
    private const int Remembered = 64;

    private SequenceNumber _highest;
    private ulong _seen;

    /// <summary>Takes a packet whose newest payload is Opus.</summary>
    /// <returns>What became of the newest payload in it.</returns>
    public DropReason Receive(in RtpHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.PayloadType != PayloadType.Red) return Submit(header.Sequence, header.Timestamp, header.Marker, payload);
        if (!RedundantAudio.TryParse(payload, out var red)) return DropReason.Malformed;
        var older = red.Count - 1;
        for (var i = 0; i < older; i++)
        {
            if (red[i].Type == PayloadType.Opus) Submit(header.Sequence + (i - older), header.Timestamp + -red[i].TimestampOffset, isTalkStart: false, red[i].Data);
        }
        return Submit(header.Sequence, header.Timestamp, header.Marker, red[older].Data);
    }

    private DropReason Submit(SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > AudioDecoding.MaxPayload || !OpusPacket.IsOneFrame(payload)) return DropReason.Malformed;
        if (!TryRemember(sequence)) return DropReason.Duplicate;
        decoder.Submit(sequence, timestamp, isTalkStart, payload);
        return DropReason.None;
    }

    /// <summary>False when it was seen. What is further away than remembered is another past or future of the stream: the buffer behind judges it.</summary>
    private bool TryRemember(SequenceNumber sequence)
    {
        var distance = _seen == 0 ? Remembered : sequence.DistanceFrom(_highest);
        if (distance is >= Remembered or <= -Remembered)
        {
            _highest = sequence;
            _seen = 1;
            return true;
        }
        if (distance > 0)
        {
            _highest = sequence;
            _seen = (_seen << distance) | 1;
            return true;
        }
        var bit = 1UL << -distance;
        if ((_seen & bit) != 0) return false;
        _seen |= bit;
        return true;
    }
}
