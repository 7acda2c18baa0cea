using System.Diagnostics;
using System.Globalization;
using System.Net;
using Parley.Net;
using Parley.Protocol;
using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Transport.Driving;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.Bars;

/// <summary>
/// Sends bursts through a relay in another process, waits until every receiver has every packet, and reads what processor time that cost the
/// relay. Receivers are sockets that are polled, so that the relay does not pay for waking anyone, as it would not for machines elsewhere.
/// </summary>
internal sealed class RelayMeter : IDisposable
{
    private const int PacketLength = 1200;
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IDatagramSocket _source = NewSocket();
    private readonly IDatagramSocket[] _sinks;
    private readonly DatagramQueue _queue = new(256 * 1024, 128);
    private readonly byte[] _packet = new byte[PacketLength];

    /// <summary>Opens the receivers.</summary>
    public RelayMeter(int maxReceivers)
    {
        _sinks = [.. Enumerable.Range(0, maxReceivers).Select(_ => NewSocket())];
        new SeededRandom(7).Fill(_packet);
    }

    /// <summary>The receivers' ports, for the relay's command line.</summary>
    public IEnumerable<string> Ports(int count) => _sinks.Take(count).Select(s => s.LocalAddress.Port.ToString(CultureInfo.InvariantCulture));

    /// <summary>Relays for a while.</summary>
    /// <returns>Nanoseconds of processor time for each forwarded packet, and how many were forwarded.</returns>
    public (double Nanoseconds, long Forwards) Run(RelayTarget target, int burst, TimeSpan time)
    {
        var to = TransportAddress.From(IPAddress.Loopback, target.Process.Port);
        Thread.Sleep(Settle);
        var before = target.Process.ProcessorTime();
        var started = Stopwatch.GetTimestamp();
        long forwards = 0;
        while (Stopwatch.GetElapsedTime(started) < time)
        {
            _queue.Clear();
            for (var i = 0; i < burst; i++) _queue.Add(to, _packet.AsSpan(0, target.NextPacket(_packet)));
            _source.Send(_queue);
            Collect(target, burst);
            forwards += burst * target.Case.Receivers;
        }
        Thread.Sleep(Settle);
        return ((target.Process.ProcessorTime() - before) / (double)forwards, forwards);
    }

    public void Dispose()
    {
        _source.Dispose();
        foreach (var sink in _sinks) sink.Dispose();
    }

    /// <summary>The last receiver is served last: the others are looked at only when it has everything.</summary>
    private void Collect(RelayTarget target, int burst)
    {
        var receivers = target.Case.Receivers;
        var started = Stopwatch.GetTimestamp();
        for (var i = receivers - 1; i >= 0; i--)
        {
            for (var missing = burst; missing > 0;)
            {
                missing -= _sinks[i].ReceiveBatch();
                if (missing <= 0) break;
                Thread.SpinWait(100);
                if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException($"Receiver {i + 1} lacks {missing} of {burst} packets: {target.Case}.");
            }
        }
    }

    private static IDatagramSocket NewSocket() => DatagramSocketFactory.Create(IPAddress.Loopback, 0);
}

/// <summary>A running relay and the packets for it.</summary>
internal sealed class RelayTarget(RelayCase its, MeasuredProcess process, MasterKey key) : IDisposable
{
    private readonly SrtpSender _sender = new(key);
    private readonly byte[] _plain = new byte[1200 - Limits.AuthenticationTag];
    private SequenceNumber _sequence = new(1000);

    public RelayCase Case => its;

    public MeasuredProcess Process => process;

    /// <summary>Writes the next packet: the same size whether sealed or not.</summary>
    public int NextPacket(byte[] packet)
    {
        if (!its.IsSealed) return packet.Length;
        RtpHeader.Write(_plain, PayloadType.Jpeg, marker: false, _sequence, default, RelayEndpoint.StreamSsrc, []);
        _sequence = _sequence.Next;
        return _sender.ProtectRtp(_plain, packet);
    }

    public void Dispose()
    {
        process.Dispose();
        _sender.Dispose();
    }
}
