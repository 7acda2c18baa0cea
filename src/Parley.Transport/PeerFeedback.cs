using Parley.Protocol.Rtp;

namespace Parley.Transport;

/// <summary>What the other side asks of one of our streams.</summary>
public enum PeerFeedbackKind
{
    /// <summary>A picture that needs no other (PLI or FIR).</summary>
    KeyframeRequest,
}

/// <summary>A request of the other side that the owner has to carry out. Lost packets are sent again without it.</summary>
/// <param name="Kind">What it wants.</param>
/// <param name="MediaSsrc">The stream of ours that it is about.</param>
public readonly record struct PeerFeedback(PeerFeedbackKind Kind, Ssrc MediaSsrc);

/// <summary>An authentic datagram, decrypted in place.</summary>
/// <param name="Kind">Rtp for media; Rtcp for what has been dealt with already: reports, feedback, padding; Parley for the reliable stream, which may have events.</param>
/// <param name="Length">Bytes of the plain packet at the front of the datagram.</param>
/// <param name="Header">For RTP: its header.</param>
public readonly record struct ReceivedPacket(DatagramKind Kind, int Length, RtpHeader Header);
