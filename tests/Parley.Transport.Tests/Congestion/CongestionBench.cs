using Parley.Protocol;
using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Congestion;
using Parley.Transport.Impairment;

namespace Parley.Transport.Tests.Congestion;

/// <summary>
/// A sender of pictures and sound, a bad link, a receiver and the way back, in virtual time: the congestion control without a peer around it.
/// </summary>
/// <remarks>Pictures follow the target 30 times a second with sizes that vary, and leave at 1.5 × the target; sound is 100 packets of 160 bytes a second.</remarks>
internal sealed class CongestionBench
{
    private const int PacketBytes = 1200;
    private const int SoundBytes = 160;
    private static readonly Ssrc Video = new(1);
    private static readonly Ssrc Audio = new(2);
    private static readonly Ssrc Padding = new(3);
    private static readonly Ssrc Receiver = new(4);
    private static readonly TimeSpan SoundTime = TimeSpan.FromMilliseconds(10);

    private readonly CongestionController _sender = new(CongestionOptions.Default);
    private readonly CongestionController _receiver = new(CongestionOptions.Default);
    private readonly ImpairedLink _there;
    private readonly ImpairedLink _back;
    private readonly SeededRandom _random;
    private readonly List<CongestionBench> _flows;
    private readonly List<(long Index, Ssrc Ssrc, Instant SentAt, int Bytes)> _sent = [];
    private readonly long[] _indexes = [40_000, 65_530, 10, 0];
    private readonly byte[] _buffer = new byte[2048];
    private Instant _nextFrame;
    private Instant _nextSound;
    private Instant _nextPaced;
    private double _waiting;

    public CongestionBench(ImpairmentOptions there, ImpairmentOptions? back = null, int seed = 1)
        : this(new ImpairedLink(there, seed), [], Instant.FromMilliseconds(5_000_000), back, seed)
    {
    }

    private CongestionBench(ImpairedLink there, List<CongestionBench> flows, Instant now, ImpairmentOptions? back, int seed)
    {
        Now = now;
        _there = there;
        _flows = flows;
        _flows.Add(this);
        _back = new ImpairedLink(back ?? ImpairmentOptions.None with { Delay = TimeSpan.FromMilliseconds(10) }, seed + 1000);
        _random = SeededRandom.For(seed, nameof(CongestionBench));
        _nextFrame = _nextSound = Now;
    }

    public Instant Now { get; private set; }

    /// <summary>Another sender and its receiver behind the same bottleneck; <see cref="Run"/> of any runs all.</summary>
    public CongestionBench Join(int seed) => new(_there, _flows, Now, null, seed);

    public CongestionController Sender => _sender;

    public ImpairedLink Link => _there;

    public long Target => _sender.TargetRate;

    /// <summary>What the pictures take at most, whatever the target allows.</summary>
    public long VideoLimit { get; set; } = long.MaxValue;

    public bool HasSound { get; set; } = true;

    public TimeSpan FrameTime { get; set; } = TimeSpan.FromTicks(TimeSpan.TicksPerSecond / 30);

    /// <summary>Padding sent, in bytes.</summary>
    public long PaddingBytes { get; private set; }

    /// <summary>Feedback sent, with IP, UDP and SRTCP.</summary>
    public long FeedbackBytes { get; private set; }

    /// <summary>Everything sent, with IP and UDP headers and the tag.</summary>
    public long WireBytes { get; private set; }

    /// <summary>The target every 10 ms since the last <see cref="Measure"/>.</summary>
    public List<long> Targets { get; } = [];

    /// <summary>The delay of packets beyond the path's own, in milliseconds, since the last <see cref="Measure"/>.</summary>
    public List<double> Queues { get; } = [];

    public void Measure()
    {
        Targets.Clear();
        Queues.Clear();
    }

    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        var sample = Now;
        while (true)
        {
            var next = Instant.Never;
            foreach (var flow in _flows) next = Instant.Min(next, flow.NextEvent);
            next = Instant.Max(next, Now);
            while (sample <= Instant.Min(next, end))
            {
                foreach (var flow in _flows) flow.Targets.Add(flow.Target);
                sample += TimeSpan.FromMilliseconds(10);
            }
            if (next > end) break;
            foreach (var flow in _flows) flow.Now = next;
            foreach (var flow in _flows) flow.Turn();
        }
        foreach (var flow in _flows) flow.Now = end;
    }

    private Instant NextEvent
    {
        get
        {
            var next = Instant.Min(Instant.Min(_there.NextArrival, _back.NextArrival), Instant.Min(_nextFrame, _nextSound));
            next = Instant.Min(next, Instant.Min(_sender.NextTimeout.At, _receiver.NextTimeout.At));
            return _waiting > 0 ? Instant.Min(next, _nextPaced) : next;
        }
    }

    private void OnArrived(int number)
    {
        var (index, ssrc, sentAt, bytes) = _sent[number];
        _receiver.OnReceived(Now, ssrc, index, bytes, ssrc == Padding);
        if (ssrc == Video) Queues.Add((Now - sentAt - _there.Options.Delay).TotalMilliseconds);
    }

    private void Turn()
    {
        while (_there.TryReceive(Now, _buffer, out _, out var tag)) _flows[(int)(tag >> 32)].OnArrived((int)tag);
        while (_back.TryReceive(Now, _buffer, out var length, out _))
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(0, length);
            Assert.True(RtcpCompound.TryNext(ref rest, out var header, out var body));
            Assert.True(_sender.OnFeedback(Now, header, body));
        }
        _sender.HandleTimeout(Now);
        _receiver.HandleTimeout(Now);
        var feedback = _receiver.WriteFeedback(Now, Receiver, _buffer.AsSpan(0, Limits.MaxDatagram - 20));
        if (feedback > 0)
        {
            FeedbackBytes += feedback + 20 + 28;
            _back.Send(Now, _buffer.AsSpan(0, feedback), 0);
        }
        if (Now >= _nextSound)
        {
            if (HasSound) Send(Audio, SoundBytes);
            _nextSound += SoundTime;
        }
        if (Now >= _nextFrame)
        {
            var room = Math.Min(VideoLimit, Target - (HasSound ? (SoundBytes + 28) * 800 : 0));
            if (room > 0) _waiting += room * FrameTime.TotalSeconds / 8 * PacketBytes / (PacketBytes + 28.0) * (0.7 + (0.6 * _random.NextDouble()));
            _nextFrame += FrameTime;
        }
        while (_waiting > 0 && Now >= _nextPaced)
        {
            var bytes = (int)Math.Clamp(_waiting, 60, PacketBytes);
            Send(Video, bytes);
            _waiting -= bytes;
            _nextPaced = Instant.Max(_nextPaced, Now - TimeSpan.FromMilliseconds(2)) + TimeSpan.FromSeconds((bytes + 28) * 8 / (1.5 * Target));
        }
        for (var bytes = _sender.TakePadding(Now); bytes > 0; bytes = _sender.TakePadding(Now))
        {
            Send(Padding, bytes);
            PaddingBytes += bytes;
        }
    }

    private void Send(Ssrc ssrc, int bytes)
    {
        var index = _indexes[ssrc.Value]++;
        _sender.OnSent(Now, ssrc, new SequenceNumber((ushort)index), bytes);
        WireBytes += bytes + 28;
        _sent.Add((index, ssrc, Now, bytes));
        _there.Send(Now, _buffer.AsSpan(0, bytes), ((long)_flows.IndexOf(this) << 32) | (uint)(_sent.Count - 1));
    }
}
