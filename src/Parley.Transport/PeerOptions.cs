using Parley.Protocol.Addressing;
using Parley.Protocol.Rtp;
using Parley.Transport.Congestion;
using Parley.Transport.Protection;
using Parley.Transport.Reliable;

namespace Parley.Transport;

/// <summary>What a <see cref="Peer"/> is made of. Both ends have the same with local and remote, send and receive exchanged.</summary>
public sealed record PeerOptions
{
    /// <summary>Everything that has a sensible default. The keys have none.</summary>
    public static PeerOptions Default { get; } = new();

    /// <summary>Who we are in RTCP; not the SSRC of any media.</summary>
    public Ssrc LocalSsrc { get; init; }

    /// <summary>Who they are in RTCP; RTCP of anyone else is refused before decryption.</summary>
    public Ssrc RemoteSsrc { get; init; }

    /// <summary>Protects what we send. Must be given, and may not have been used by another peer.</summary>
    public MasterKey? SendKey { get; init; }

    /// <summary>Opens what we receive. Must be given.</summary>
    public MasterKey? ReceiveKey { get; init; }

    /// <summary>Makes the ciphers of both directions; the platform's unless the driver has found better ones.</summary>
    public IAeadFactory Ciphers { get; init; } = AesGcmFactory.Instance;

    /// <summary>Our name in RTCP (RFC 7022 advises a random one); at most 64 bytes of UTF-8.</summary>
    public string Cname { get; init; } = "parley";

    /// <summary>Time from one report to the next.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How the rate is found that may be sent; pictures leave at 1.5 times that rate.</summary>
    public CongestionOptions Congestion { get; init; } = CongestionOptions.Default;

    /// <summary>How long after a picture's packet was missed another one like it is still of use; nothing is asked for that would come later.</summary>
    public TimeSpan MaxRepairAge { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>The bounds of the reliable stream beside media.</summary>
    public ReliableOptions Reliable { get; init; } = ReliableOptions.Default;

    /// <summary>Where to send until an authentic packet says better; default when that is not known.</summary>
    public TransportAddress InitialAddress { get; init; }
}
