namespace Parley.Transport.Reliable;

/// <summary>How long to wait for an acknowledgement before sending again (RFC 6298).</summary>
/// <remarks>
/// Every transmission has a number of its own, so a sample is never ambiguous and Karn's rule is not needed. The bounds are those of a LAN
/// (decision 0020): 200 ms where the RFC has 1 s, and 3 s where it has 60 s. Not thread-safe.
/// </remarks>
public sealed class RetransmissionTimer(TimeSpan least, TimeSpan most)
{
    /// <summary>Before anything was measured (RFC 6298 section 2.1).</summary>
    public static readonly TimeSpan Initial = TimeSpan.FromSeconds(1);

    /// <summary>G of the RFC: a timer of the driver may be late by so much.</summary>
    private static readonly TimeSpan Granularity = TimeSpan.FromMilliseconds(1);

    /// <summary>SRTT; null until it was measured.</summary>
    public TimeSpan? SmoothedRtt { get; private set; }

    /// <summary>RTTVAR.</summary>
    public TimeSpan RttVariation { get; private set; }

    /// <summary>The last sample.</summary>
    public TimeSpan LatestRtt { get; private set; }

    /// <summary>RTO, back-off included.</summary>
    public TimeSpan Timeout { get; private set; } = Initial;

    /// <summary>How often it has run out since the last sample.</summary>
    public int Backoffs { get; private set; }

    /// <summary>Takes a measured round trip.</summary>
    public void OnSample(TimeSpan roundTrip)
    {
        if (roundTrip < TimeSpan.Zero) return;
        LatestRtt = roundTrip;
        if (SmoothedRtt is { } smoothed)
        {
            RttVariation = (0.75 * RttVariation) + (0.25 * (smoothed - roundTrip).Duration());
            SmoothedRtt = (0.875 * smoothed) + (0.125 * roundTrip);
        }
        else
        {
            SmoothedRtt = roundTrip;
            RttVariation = roundTrip / 2;
        }
        Backoffs = 0;
        var variation = 4 * RttVariation;
        Timeout = Clamp(SmoothedRtt.Value + (variation > Granularity ? variation : Granularity));
    }

    /// <summary>It ran out: the next wait is twice as long (section 5.5).</summary>
    public void OnTimeout()
    {
        Backoffs++;
        Timeout = Clamp(2 * Timeout);
    }

    private TimeSpan Clamp(TimeSpan time) => time < least ? least : time > most ? most : time;
}
