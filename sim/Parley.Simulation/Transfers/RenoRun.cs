using Parley.Transport.Impairment;

namespace Parley.Simulation.Transfers;

/// <summary>Reno over a link of 20 Mbit/s with a queue of 100 packets, and what it should reach there.</summary>
public static class RenoRun
{
    /// <summary>Bits a second, headers of IP and UDP included.</summary>
    public const long LinkRate = 20_000_000;

    /// <summary>Bytes of the stream in a full packet.</summary>
    public const int SegmentBytes = 1160;

    /// <summary>Bytes on the wire of a full packet.</summary>
    public const int WireBytes = 1228;

    /// <summary>The most that the link bears of the stream's own bytes, in bits a second.</summary>
    public const double LinkGoodput = (double)LinkRate * SegmentBytes / WireBytes;

    /// <summary>The link with a delay of half the round trip in each direction; losses only on the way there.</summary>
    public static TransferLink Link(TimeSpan roundTrip, double loss, int seed)
    {
        var options = ImpairmentOptions.None with { Rate = LinkRate, Queue = QueueLimit.OfDatagrams(100), Delay = roundTrip / 2 };
        return new TransferLink(options with { Loss = loss }, options, seed);
    }

    /// <summary>1.22 MSS/(RTT √p) in bits a second (Mathis et al. 1997).</summary>
    public static double Mathis(TimeSpan roundTrip, double loss) => 1.22 * 8 * SegmentBytes / (roundTrip.TotalSeconds * Math.Sqrt(loss));

    /// <summary>What one transfer reaches alone, in bits a second of the stream's own bytes.</summary>
    public static TransferOutcome Alone(TimeSpan roundTrip, double loss, int seed, TimeSpan duration)
    {
        using var link = Link(roundTrip, loss, seed);
        var flow = link.Add();
        flow.Send();
        link.Run(duration);
        var stats = flow.A.Files.Stats;
        return new TransferOutcome(
            8 * flow.ReceivedBytes / duration.TotalSeconds, flow.IsIntact, stats.Retransmissions, stats.FastRecoveries, stats.Timeouts,
            (double)(link.There.Stats.Lost + link.There.Stats.QueueDropped) / link.There.Stats.Sent);
    }

    /// <summary>The share of the first of two transfers that begin a second apart.</summary>
    public static double ShareOfFirst(TimeSpan roundTrip, int seed, TimeSpan duration)
    {
        using var link = Link(roundTrip, 0, seed);
        var (first, second) = (link.Add(), link.Add());
        first.Send();
        link.Run(TimeSpan.FromSeconds(1));
        second.Send();
        link.Run(duration);
        return (double)first.ReceivedBytes / (first.ReceivedBytes + second.ReceivedBytes);
    }
}

/// <summary>What became of a transfer.</summary>
/// <param name="Goodput">Bits a second of the stream's own bytes that were read.</param>
/// <param name="IsIntact">Every byte in its place.</param>
/// <param name="Retransmissions">Packets sent again.</param>
/// <param name="FastRecoveries">Losses found by acknowledgements.</param>
/// <param name="Timeouts">Losses found by the timer.</param>
/// <param name="Loss">Share of the datagrams that the link lost or had no room for.</param>
public readonly record struct TransferOutcome(double Goodput, bool IsIntact, long Retransmissions, long FastRecoveries, long Timeouts, double Loss);
