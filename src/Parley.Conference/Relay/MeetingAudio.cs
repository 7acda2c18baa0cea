using Parley.Conference.Audio;
using Parley.Conference.Meetings;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport.Driving;

namespace Parley.Conference.Relay;

/// <summary>
/// The N-1 mix of a meeting: each 10 ms tick takes one frame from every voice that is heard, sums them once, and sends every listener the sum
/// less their own voice. Listeners who do not speak share one mix and one encoding. Without a voice there is no tick and no packet.
/// </summary>
internal sealed class MeetingAudio(ConferenceContext context, List<Seat> seats)
{
    /// <summary>Half of what a client takes: a server has many voices.</summary>
    public const int CodecComplexity = 5;

    // A shard that was stalled catches up this many ticks, then the grid is set anew: nobody wants to hear the past.
    private const int MaxCatchUp = 10;
    private const int InitialMixerSize = 8;

    /// <summary>Meetings begin to tick on a common grid, so that a server with many of them wakes up less often.</summary>
    private static readonly TimeSpan TickGrid = TimeSpan.FromMilliseconds(2);

    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private readonly short[] _mixed = new short[AudioFormat.FrameSamples];
    private readonly SharedMixes _shared = new(context.Options.AudioCodecs);
    private readonly Stack<AudioPacketizer> _idle = new();
    private readonly LipSync _lips = new(context, seats);
    private readonly Speaker[] _speakers = new Speaker[Limits.MaxParticipants];
    private readonly bool[] _isSpeaking = new bool[Limits.MaxParticipants];
    private Mixer _mixer = new(InitialMixerSize);
    private int _mixerSize = InitialMixerSize;
    private int _speakerCount;
    private Instant _nextTick = Instant.Never;

    private record struct Speaker(Seat Seat, uint Csrc, byte Level);

    /// <summary>The next tick.</summary>
    public Timeout NextTimeout => new(_nextTick, TimeoutReason.AudioTick);

    /// <summary>Someone came or went.</summary>
    public void OnSeatsChanged()
    {
        if (seats.Count <= _mixerSize) return;
        _mixerSize = Math.Min(Limits.MaxParticipants, seats.Count * 2);
        _mixer = new Mixer(_mixerSize);
    }

    /// <summary>Takes a packet of a seat's microphone.</summary>
    public DropReason Insert(Instant now, Seat seat, in RtpHeader header, ReadOnlySpan<byte> packet)
    {
        var media = seat.Media!;
        if (seat.Microphone != DeviceState.On) return DropReason.NotPermitted;
        var reason = media.Audio.Voice.Insert(now, header, packet[header.HeaderLength..^header.PaddingLength]);
        if (_nextTick == Instant.Never && media.Audio.Voice.WantsReads) _nextTick = OnGrid(now + media.Audio.Voice.Wait);
        return reason;
    }

    /// <summary>Mixes what is due.</summary>
    public void HandleTimeout(Instant now)
    {
        if (now - _nextTick > AudioFormat.FrameDuration * MaxCatchUp) _nextTick = OnGrid(now);
        while (_nextTick <= now)
        {
            _nextTick = Mix(_nextTick) ? _nextTick + AudioFormat.FrameDuration : Instant.Never;
        }
    }

    /// <summary>Gives the encoders back; the meeting is over.</summary>
    public void Release()
    {
        _shared.Release();
        while (_idle.TryPop(out var packetizer)) packetizer.Dispose();
    }

    /// <summary>One tick. False when nobody is heard or about to be.</summary>
    private bool Mix(Instant tick)
    {
        var isWanted = CollectSpeakers(tick);
        var mediaTime = MixTrack.MediaTime(tick);
        for (var i = 0; i < seats.Count; i++)
        {
            var listener = seats[i];
            if (listener.Media is not { Audio: var audio } media) continue;
            var isSharing = !_isSpeaking[i];
            if (isSharing && audio.Own is { } idle) Return(audio, idle);
            if (_speakerCount - (isSharing ? 0 : 1) == 0 || listener.Presence == Presence.Away)
            {
                audio.Pause();
                continue;
            }
            audio.Review(tick);
            var source = isSharing ? _shared.Get(mediaTime, audio.Plan, _mixer) : EncodeOwn(mediaTime, i, audio);
            if (source is not null) Send(tick, listener, media, source);
            else audio.Pause();
        }
        if (_lips.TryBegin(tick, _speakerCount))
        {
            for (var i = 0; i < _speakerCount; i++) _lips.Add(_speakers[i].Seat);
            _lips.Send(tick);
        }
        return isWanted;
    }

    /// <summary>What a speaker hears, encoded for them alone. Null when the codec failed.</summary>
    private AudioPacketizer? EncodeOwn(long mediaTime, int seat, SeatAudio audio)
    {
        if (audio.Own is null)
        {
            audio.Own = _idle.TryPop(out var idle) ? idle : new AudioPacketizer(context.Options.AudioCodecs, CodecComplexity);
            audio.Own.Reset();
        }
        _mixer.MixFor(seat, _mixed);
        return audio.Own.Encode(mediaTime, audio.Plan.Quality, _mixed) ? audio.Own : null;
    }

    private void Return(SeatAudio audio, AudioPacketizer packetizer)
    {
        audio.Own = null;
        _idle.Push(packetizer);
    }

    /// <summary>Takes one frame of every voice. False when no voice wants another tick.</summary>
    private bool CollectSpeakers(Instant tick)
    {
        _mixer.Begin();
        _speakerCount = 0;
        var isWanted = false;
        for (var i = 0; i < seats.Count; i++)
        {
            _isSpeaking[i] = false;
            if (seats[i].Media is not { Audio.Voice.WantsReads: true } media) continue;
            var result = media.Audio.Voice.Read(tick, _frame);
            isWanted |= media.Audio.Voice.WantsReads;
            if (result == PlayoutResult.Silence) continue;
            context.VoiceFrames++;
            if (result == PlayoutResult.Concealed) context.ConcealedVoiceFrames++;
            media.Audio.Level.Add(_frame);
            _mixer.Add(i, _frame);
            _isSpeaking[i] = true;
            _speakers[_speakerCount++] = new Speaker(seats[i], seats[i].Ssrcs.Audio.Value, MixLevels.ToByte(media.Audio.Level.LevelDbfs));
        }
        // The loudest are listed first: a receiver with many speakers sees those who matter (Limits.MaxCsrcs).
        if (_speakerCount > 1) _speakers.AsSpan(0, _speakerCount).Sort(static (a, b) => a.Level.CompareTo(b.Level));
        return isWanted;
    }

    private void Send(Instant tick, Seat listener, SeatMedia media, AudioPacketizer source)
    {
        Span<uint> csrcs = stackalloc uint[Limits.MaxCsrcs];
        Span<byte> levels = stackalloc byte[Limits.MaxCsrcs];
        var count = 0;
        for (var i = 0; i < _speakerCount && count < csrcs.Length; i++)
        {
            if (_speakers[i].Seat == listener) continue;
            csrcs[count] = _speakers[i].Csrc;
            levels[count++] = _speakers[i].Level;
        }
        Span<byte> header = stackalloc byte[AudioPacketizer.MaxHeader];
        var payload = source.Payload(media.Audio.TakeRedundancy(source), out var type);
        var (sequence, timestamp, marker) = media.Audio.Mix.Next(tick);
        var length = RtpHeader.Write(header, type, marker, sequence, timestamp, media.Audio.Mix.Ssrc, csrcs[..count]);
        length = MixLevels.Append(header, length, levels[..count]);
        context.CountDrop(media.Peer.SendTo(tick, context.Datagrams, header[..length], payload));
    }

    /// <summary>The next point of the grid, or this one.</summary>
    private static Instant OnGrid(Instant now) => new((now.Ticks + TickGrid.Ticks - 1) / TickGrid.Ticks * TickGrid.Ticks);
}
