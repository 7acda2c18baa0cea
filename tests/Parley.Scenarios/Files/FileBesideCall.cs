using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Simulation.Scenarios;
using Parley.Simulation.Transfers;
using Parley.Transport;
using Parley.Transport.Impairment;

namespace Parley.Scenarios.Files;

/// <summary>
/// A call with sound and pictures on 5 Mbit/s with a queue of 50 ms, then a file beside it in the same direction: sound loses nothing, pictures keep
/// what they had, and the file gets most of what is left.
/// </summary>
public sealed class FileBesideCall : IDisposable
{
    private const long Rate = 5_000_000;
    private const int FramesPerSecond = 15;
    private static readonly Ssrc Audio = new(0xa1);
    private static readonly Ssrc Video = new(0xa2);
    private static readonly TimeSpan AudioInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan FrameInterval = TimeSpan.FromSeconds(1) / FramesPerSecond;

    private readonly TransferLink _link;
    private readonly TransferFlow _flow;
    private readonly byte[] _header = new byte[Limits.RtpHeader];
    private readonly byte[] _payload = new byte[Limits.FrameHeader + Limits.MaxFragment];
    private readonly int _packetsPerFrame;
    private Instant _nextAudio;
    private Instant _nextFrame;
    private SequenceNumber _audio = new(1);
    private SequenceNumber _video = new(1);
    private long _audioSent;
    private long _audioReceived;
    private long _videoSent;
    private long _videoReceived;
    private long _mediaBytes;

    public FileBesideCall() : this(10, 10, 1)
    {
    }

    private FileBesideCall(int delay, int packetsPerFrame, int seed)
    {
        var options = ImpairmentOptions.None with { Rate = Rate, Queue = QueueLimit.Of(TimeSpan.FromMilliseconds(50)), Delay = TimeSpan.FromMilliseconds(delay) };
        _link = new TransferLink(options, options, seed);
        _flow = _link.Add();
        _packetsPerFrame = packetsPerFrame;
        _flow.A.RegisterSent(Audio, 48_000);
        _flow.A.RegisterSent(Video, 90_000, StreamKind.Video);
        _flow.B.RegisterReceived(Audio, 48_000);
        _flow.B.RegisterReceived(Video, 90_000, StreamKind.Video);
        _nextAudio = _nextFrame = _link.Now;
        _link.NextTurn = () => Instant.Min(_nextAudio, _nextFrame);
        _link.OnTurn = SendMedia;
        _flow.OnMedia = OnReceived;
    }

    public void Dispose() => _link.Dispose();

    [Theory]
    [InlineData(1, 10)]
    [InlineData(10, 10)]
    [InlineData(10, 20)]
    [InlineData(30, 16)]
    public void Sound_loses_nothing_pictures_keep_their_rate_and_the_file_gets_most_of_what_is_left(int delay, int packetsPerFrame)
    {
        using var call = new FileBesideCall(delay, packetsPerFrame, 5);
        call.ExpectAGoodCallAndFile();
    }

    private void ExpectAGoodCallAndFile()
    {
        _link.Run(10.Seconds());
        var targetBefore = _flow.A.TargetRate;
        var dropped = _link.There.Stats.QueueDropped;
        var media = _mediaBytes;
        _flow.Send();
        var lowest = long.MaxValue;
        for (var i = 0; i < 60; i++)
        {
            _link.Run(500.Milliseconds());
            lowest = Math.Min(lowest, _flow.A.TargetRate);
        }
        var mediaRate = 8.0 * (_mediaBytes - media) / 30;
        var left = (Rate - mediaRate) * RenoRun.SegmentBytes / RenoRun.WireBytes;
        var share = 8.0 * _flow.ReceivedBytes / 30 / left;
        _link.Run(200.Milliseconds());
        Assert.True(
            share >= 0.6 && _link.There.Stats.QueueDropped == dropped && lowest >= Math.Min(targetBefore, (long)(mediaRate * 1.02)) && _flow.IsIntact,
            $"file {share:0.00} of what is left, media {mediaRate / 1e6:0.00} Mbit/s, dropped {_link.There.Stats.QueueDropped - dropped}, target {targetBefore} then at least {lowest}, {_flow.A.Files.Stats}");
        Assert.InRange(_audioSent - _audioReceived, 0, 5);
        Assert.InRange(_videoSent - _videoReceived, 0, 2L * _packetsPerFrame);
    }

    private void OnReceived(Instant now, RtpHeader header)
    {
        if (header.Ssrc == Audio) _audioReceived++;
        else _videoReceived++;
    }

    private void SendMedia(Instant now)
    {
        for (; _nextAudio <= now; _nextAudio += AudioInterval)
        {
            RtpHeader.Write(_header, PayloadType.Opus, false, _audio, new RtpTimestamp((uint)(_audioSent * 480)), Audio, []);
            _audio = _audio.Next;
            _audioSent++;
            _mediaBytes += Limits.RtpHeader + 80 + Limits.AuthenticationTag + 28;
            _flow.A.SendTo(now, _link.Datagrams, _header, _payload.AsSpan(0, 80));
        }
        for (; _nextFrame <= now; _nextFrame += FrameInterval)
        {
            for (var i = 0; i < _packetsPerFrame; i++)
            {
                RtpHeader.Write(_header, PayloadType.Jpeg, i == _packetsPerFrame - 1, _video, new RtpTimestamp((uint)(now.Ticks * 9 / 1000)), Video, []);
                if (_flow.A.SendTo(now, _link.Datagrams, _header, _payload) != DropReason.None) break;
                _video = _video.Next;
                _videoSent++;
                _mediaBytes += Limits.MaxDatagram + 28;
            }
        }
    }
}
