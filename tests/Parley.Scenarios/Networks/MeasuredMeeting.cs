using Parley.Conference;
using Parley.Conference.Bots;
using Parley.Conference.Client;
using Parley.Media.Audio;
using Parley.Protocol.Addressing;
using Parley.Protocol.Time;
using Parley.Simulation;
using Parley.Transport.Impairment;

namespace Parley.Scenarios.Networks;

/// <summary>
/// A publisher with a camera and a steady tone, and a receiver who looks and listens, in virtual time, one of them behind a bad network. The bots are
/// those of <c>parley bot</c>.
/// </summary>
internal sealed class MeasuredMeeting : IDisposable
{
    private const int HeaderBytes = 28;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Slot = TimeSpan.FromMilliseconds(500);

    private readonly NetworkCase _case;
    private readonly Simulator _simulator;
    private readonly SimulatedHost _from;
    private readonly SimulatedHost _to;
    private readonly List<Sample> _samples = [];

    /// <summary>Seats both behind the network of a case.</summary>
    /// <param name="simulator">A new one.</param>
    /// <param name="network">What to play.</param>
    /// <param name="codecs">The codecs of sound beside L16.</param>
    public MeasuredMeeting(Simulator simulator, NetworkCase network, IAudioCodecs codecs)
    {
        _case = network;
        _simulator = simulator;
        var key = new byte[32];
        Server = new ConferenceServer(ConferenceOptions.Default with { AudioCodecs = codecs }, key, simulator.RandomFor("server"));
        var server = simulator.AddHost("server", Server, TransportAddress.FromIPv4(0x0A000064, 5001), new SimulatedHostOptions { KeyHash = key });

        string? code = null;
        Publisher = Seat("publisher", 1, new BotPlan
        {
            Join = new JoinPlan("server", 5000, key, "Publisher", null, Audio: network.Audio),
            Video = BotVideoKind.Model,
            ModelCodec = network.Codec,
            FramesPerSecond = 30,
            Audio = BotAudioKind.Tone,
            ToneHz = 443,
            ApproveAll = true,
        });
        Receiver = Seat("receiver", 2, new BotPlan
        {
            Join = new JoinPlan("server", 5000, key, "Receiver", code, Audio: network.Audio),
            TileHeight = network.TileHeight,
        });
        var behind = simulator.Host(network.IsUp ? "publisher" : "receiver");
        (_from, _to) = network.IsUp ? (behind, server) : (server, behind);

        Bot Seat(string name, uint number, BotPlan plan)
        {
            var bot = new Bot(plan, new BotCamera(plan), "measured", key, simulator.RandomFor(name), made => code ??= made, codecs: codecs);
            var host = simulator.AddHost(name, bot, TransportAddress.FromIPv4(0x0A000000u + number, 5001));
            if (name.StartsWith('p') == network.IsUp) Impair(name, network.First);
            bot.Begin(host.Now);
            if (!simulator.RunUntil(() => bot.Client.Phase == ClientPhase.Seated, TimeSpan.FromSeconds(4))) throw new InvalidOperationException($"{name} got no seat.");
            return bot;
        }
    }

    /// <summary>The server.</summary>
    public ConferenceServer Server { get; }

    /// <summary>Who sends.</summary>
    public Bot Publisher { get; }

    /// <summary>Who is measured.</summary>
    public Bot Receiver { get; }

    /// <summary>Told of every 20 ms while it runs: whoever wants to look closer.</summary>
    public Action<Instant>? OnStep { get; set; }

    /// <summary>The impaired way.</summary>
    public ImpairmentStats Link => _simulator.Stats(_from, _to);

    /// <summary>What waits at the bottleneck now.</summary>
    public TimeSpan Queue => _simulator.QueueDelay(_from, _to);

    /// <summary>Plays a case from the beginning to its end.</summary>
    /// <param name="seed">Decides every accident.</param>
    /// <param name="network">What to play.</param>
    /// <param name="codecs">The codecs of sound beside L16.</param>
    public static NetworkOutcome Play(int seed, NetworkCase network, IAudioCodecs codecs)
    {
        using var meeting = new MeasuredMeeting(new Simulator(seed, new SimulatorOptions { TraceEntries = 1 }), network, codecs);
        return meeting.Play();
    }

    /// <summary>Settles, takes the step if there is one, measures.</summary>
    public NetworkOutcome Play()
    {
        Run(_case.Settling);
        _samples.Clear();
        Receiver.Measure();
        var (before, mixedBefore) = (Link, Server.TakeSnapshot());
        if (_case.Then is not null) Impair(_case.IsUp ? "publisher" : "receiver", _case.Last);
        Run(_case.Time);
        return Sum(before, mixedBefore);
    }

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan time)
    {
        for (var end = _simulator.Now + time; _simulator.Now < end;)
        {
            _simulator.RunFor(Step);
            var link = Link;
            _samples.Add(new Sample(_simulator.Now, Queue, link.Sent, link.QueueDropped, BytesPassed(link), Publisher.Client.Encodings.Find(0)?.Height ?? 0));
            OnStep?.Invoke(_simulator.Now);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Publisher.Dispose();
        Receiver.Dispose();
    }

    private void Impair(string name, string impairment)
    {
        if (!ImpairmentOptions.TryParse(impairment, out var options, out var error)) throw new InvalidOperationException($"{impairment}: {error}");
        _simulator.Connect(_simulator.Host(name), _simulator.Host("server"), options);
    }

    private static long BytesPassed(in ImpairmentStats link) => link.DeliveredBytes + (HeaderBytes * link.Delivered);

    private NetworkOutcome Sum(in ImpairmentStats before, ConferenceSnapshot mixedBefore)
    {
        var report = Receiver.ToReport();
        var video = report.Participants.Select(p => p.Video).FirstOrDefault(v => v is not null);
        var mixed = Server.TakeSnapshot();
        var link = Link;
        var heard = Math.Max(1, report.Audio.Frames);
        var voices = Math.Max(1, mixed.VoiceFrames - mixedBefore.VoiceFrames);
        var settled = SettledAfter();
        var afterSettling = _samples.Where(s => s.At - _samples[0].At >= settled).Select(s => s.Queue.TotalMilliseconds).DefaultIfEmpty(double.NaN).Max();
        var half = _samples[_samples.Count / 2];
        var used = 8.0 * (_samples[^1].Bytes - half.Bytes) / (_samples[^1].At - half.At).TotalSeconds;
        var heights = _samples.Skip(_samples.Count / 2).Select(s => s.Height).ToList();
        return new NetworkOutcome
        {
            Sent = video?.Sent ?? 0,
            InTime = video is { Sent: > 0 } ? 1 - ((double)video.FramesLost / video.Sent) : double.NaN,
            Fps = video?.Fps ?? 0,
            Height = video?.Height ?? 0,
            LongestGap = video?.LongestGapMs ?? double.NaN,
            Concealed = (report.Audio.ConcealedMs / 10 / heard) + ((mixed.ConcealedVoiceFrames - mixedBefore.ConcealedVoiceFrames) / (double)voices),
            AudioGap = report.Audio.LongestGapMs,
            MeanQueue = _samples.Average(s => s.Queue.TotalMilliseconds),
            QueueAfterSettling = afterSettling,
            Lost = (link.Lost + link.QueueDropped - before.Lost - before.QueueDropped) / (double)Math.Max(1, link.Sent - before.Sent),
            SettledAfter = settled.TotalSeconds,
            UsedAfter = UsedAfter(0.8 * used),
            Used = used,
            Changes = heights.Zip(heights.Skip(1)).Count(p => p.First != p.Second),
        };
    }

    private TimeSpan SettledAfter()
    {
        var perSlot = (int)(Slot / Step);
        var settled = TimeSpan.Zero;
        for (var i = perSlot; i < _samples.Count; i++)
        {
            var (first, last) = (_samples[i - perSlot], _samples[i]);
            var sent = last.Sent - first.Sent;
            var mean = _samples.Skip(i - perSlot).Take(perSlot).Average(s => s.Queue.TotalMilliseconds);
            if (last.Dropped - first.Dropped > 0.02 * sent || mean > 75) settled = last.At - _samples[0].At;
        }
        return settled;
    }

    private double UsedAfter(double rate)
    {
        var perSecond = (int)(TimeSpan.FromSeconds(1) / Step);
        for (var i = perSecond; i < _samples.Count; i++)
        {
            if (8.0 * (_samples[i].Bytes - _samples[i - perSecond].Bytes) >= rate) return (_samples[i].At - _samples[0].At).TotalSeconds;
        }
        return double.NaN;
    }

    private readonly record struct Sample(Instant At, TimeSpan Queue, long Sent, long Dropped, long Bytes, int Height);
}
