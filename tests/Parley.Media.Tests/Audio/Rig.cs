using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Media.Tests.Audio;

/// <summary>A sender of a sine, a network with given delays and losses, and a listener that reads every 10 ms, in virtual time.</summary>
internal sealed class Rig
{
    private const double Hz = 440;
    private const double Amplitude = 10_000;

    /// <summary>The listener's clock is 3.3 ms off the sender's grid.</summary>
    private const double ReadPhase = 3.3;

    private readonly short[] _frame = new short[480];
    private readonly PriorityQueue<int, double> _network = new(1_000);
    private int _sent;
    private int _skipped;
    private int _reads;
    private bool _paused = true;

    public AudioJitterBuffer Buffer { get; } = new(JitterBufferOptions.Default);

    public Func<int, bool> IsLost { get; init; } = _ => false;

    /// <summary>Milliseconds by frame number.</summary>
    public Func<int, double> Delay { get; init; } = _ => 0;

    /// <summary>Whether what is lost was never sent: no sequence number is used up.</summary>
    public bool HasPauses { get; init; }

    public int Copies { get; init; } = 1;

    public double SenderSpeed { get; init; } = 1;

    public ushort FirstSequence { get; init; } = 100;

    public uint FirstTimestamp { get; init; } = 5_000;

    public bool Records { get; init; } = true;

    public List<PlayoutResult> Results { get; } = [];

    public List<short> Heard { get; } = [];

    private readonly Dictionary<int, (ushort Sequence, bool IsTalkStart)> _packets = new(8_000);

    /// <summary>Lets 10 ms pass, so many times.</summary>
    public void Run(int reads)
    {
        for (var i = 0; i < reads; i++)
        {
            var now = (_reads * 10) + ReadPhase;
            _reads++;
            Send(now);
            while (_network.TryPeek(out var n, out var arrival) && arrival <= now)
            {
                _network.Dequeue();
                Deliver(n, arrival);
            }
            var result = Buffer.Read(Instant.FromMilliseconds(now), _frame);
            if (!Records) continue;
            Results.Add(result);
            Heard.AddRange(_frame);
        }
    }

    private void Send(double now)
    {
        for (; _sent * 10 / SenderSpeed <= now; _sent++)
        {
            if (IsLost(_sent))
            {
                if (HasPauses) _skipped++;
                _paused = HasPauses;
                continue;
            }
            _packets[_sent] = ((ushort)(FirstSequence + _sent - _skipped), _paused);
            _paused = false;
            for (var copy = 0; copy < Copies; copy++) _network.Enqueue(_sent, (_sent * 10 / SenderSpeed) + Delay(_sent));
        }
    }

    private void Deliver(int n, double arrival)
    {
        for (var i = 0; i < 480; i++) _frame[i] = (short)Math.Round(Amplitude * Math.Sin(2 * Math.PI * Hz * ((n * 480) + i) / 48_000));
        var (sequence, isTalkStart) = _packets[n];
        Buffer.Insert(
            Instant.FromMilliseconds(arrival), new SequenceNumber(sequence), new RtpTimestamp(unchecked(FirstTimestamp + (uint)(n * 480))), isTalkStart, _frame);
    }
}
