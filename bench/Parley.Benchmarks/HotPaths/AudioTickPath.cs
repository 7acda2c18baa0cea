using Parley.Media.Audio;
using Parley.Media.Synthesis;
using Parley.Protocol.Time;

namespace Parley.Benchmarks.HotPaths;

/// <summary>Ten milliseconds of eight talkers at the server: eight packets in, eight different mixes out.</summary>
internal sealed class AudioTickPath : HotPath
{
    private const int Talkers = 8;

    private readonly MemoryMeeting _meeting = new(Start, Talkers, Random());
    private readonly ToneSource[] _tones = [.. Enumerable.Range(0, Talkers).Select(i => new ToneSource(400 + (100 * i), -24))];
    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private readonly List<byte[]> _datagrams = [];
    private readonly List<int> _senders = [];
    private Instant _now = Start;
    private long _runs;
    private long _sent;

    public override string Name => "receive, mix and send a tick of 8 talkers";

    public override void Prepare()
    {
        _now += AudioFormat.FrameDuration;
        _datagrams.Clear();
        _senders.Clear();
        for (var i = 0; i < Talkers; i++)
        {
            _tones[i].Read(_frame);
            var queue = _meeting.Clients[i].Datagrams;
            _meeting.Clients[i].SendAudio(_now, _frame);
            foreach (ref readonly var run in queue.Runs)
            {
                _datagrams.Add(queue.Bytes(run).ToArray());
                _senders.Add(i);
            }
            queue.Clear();
        }
    }

    public override void Run()
    {
        _runs++;
        for (var i = 0; i < _datagrams.Count; i++) _meeting.Server.HandleDatagram(_now, MemoryMeeting.AddressOf(_senders[i]), _datagrams[i]);
        if (_meeting.Server.NextTimeout.At <= _now) _meeting.Server.HandleTimeout(_now);
        _meeting.Server.Flush(_now);
        foreach (ref readonly var run in _meeting.Server.Datagrams.Runs) _sent += run.Count;
        _meeting.Server.Datagrams.Clear();
    }

    public override void Verify() => Expect(_sent >= 0.95 * _runs * Talkers, $"{_runs} ticks of {Talkers} talkers became {_sent} packets");

    protected override void End() => _meeting.Dispose();
}
