using Parley.Protocol.Time;

namespace Parley.Transport.Reports;

/// <summary>Counts the datagrams of one direction.</summary>
internal sealed class TrafficMeter
{
    private readonly RateMeter _rate = new();

    /// <summary>Datagrams so far.</summary>
    internal long Packets { get; private set; }

    /// <summary>UDP payload bytes so far.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Counts one datagram.</summary>
    internal void Add(Instant now, int bytes)
    {
        Packets++;
        Bytes += bytes;
        _rate.Add(now, bytes);
    }

    /// <summary>Bits per second in the last second.</summary>
    internal long Rate(Instant now) => _rate.Measure(now);
}
