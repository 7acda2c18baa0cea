using System.Buffers.Binary;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Transport.Protection;

/// <summary>Checks and decrypts one direction of RTP and RTCP (RFC 3711, RFC 7714 AEAD_AES_128_GCM).</summary>
/// <remarks>
/// Replays are refused before decryption, and nothing is remembered of a packet before it has proven authentic: not its SSRC, not its
/// number. Allocates only when an SSRC is new. Not thread-safe.
/// </remarks>
public sealed class SrtpReceiver : IDisposable
{
    /// <summary>Most SSRCs that state is kept for, RTP and RTCP each; some 300 bytes for one.</summary>
    public const int MaxStreams = 4096;

    private const int ExpectedStreams = 64;

    private readonly SessionCipher _cipher;
    private readonly Dictionary<uint, ReplayWindow> _rtpWindows = new(ExpectedStreams);
    private readonly Dictionary<uint, ReplayWindow> _rtcpWindows = new(ExpectedStreams);

    /// <summary>Makes the receiver of a key.</summary>
    /// <param name="key">Of this direction.</param>
    /// <param name="ciphers">Makes the ciphers; null for the platform's.</param>
    public SrtpReceiver(MasterKey key, IAeadFactory? ciphers = null) => _cipher = new SessionCipher(key, ciphers ?? AesGcmFactory.Instance);

    internal SrtpReceiver(SessionCipher cipher) => _cipher = cipher;

    /// <summary>Decrypts an RTP packet in place.</summary>
    /// <param name="packet">The datagram; when it is not authentic its payload is overwritten.</param>
    /// <param name="plainLength">Bytes of the plain packet at the front; 0 when refused.</param>
    /// <returns>None, Truncated, Malformed, Replayed, TooOld, NotAuthentic, or UnknownSsrc when <see cref="MaxStreams"/> are known.</returns>
    public DropReason UnprotectRtp(Span<byte> packet, out int plainLength) => UnprotectRtp(packet, out plainLength, out _);

    /// <inheritdoc cref="UnprotectRtp(Span{byte}, out int)"/>
    /// <param name="packet">The datagram.</param>
    /// <param name="plainLength">Bytes of the plain packet.</param>
    /// <param name="position">Where the packet stands in its stream.</param>
    public DropReason UnprotectRtp(Span<byte> packet, out int plainLength, out PacketPosition position)
    {
        plainLength = 0;
        position = default;
        var reason = RtpHeader.TryParseProtected(packet, out var header);
        if (reason != DropReason.None) return reason;
        if (packet.Length < header.HeaderLength + Limits.AuthenticationTag) return DropReason.Truncated;

        var ssrc = header.Ssrc.Value;
        reason = FindWindow(_rtpWindows, ssrc, out var window);
        if (reason != DropReason.None) return reason;

        var index = EstimateIndex(window?.Highest ?? -1, header.Sequence.Value);
        if (index < 0) return DropReason.TooOld;
        reason = window?.Check(index) ?? DropReason.None;
        if (reason == DropReason.TooOld) return reason;

        // A repetition is counted as what has arrived a second time: it must be one, and not somebody's number.
        if (!_cipher.TryOpenRtp(ssrc, index, packet[..header.HeaderLength], packet[header.HeaderLength..])) return DropReason.NotAuthentic;
        if (reason != DropReason.None) return reason;
        position = Accept(_rtpWindows, window, ssrc, index);
        plainLength = packet.Length - Limits.AuthenticationTag;
        return DropReason.None;
    }

    /// <summary>Decrypts an RTCP datagram in place.</summary>
    /// <inheritdoc cref="UnprotectRtp(Span{byte}, out int)"/>
    public DropReason UnprotectRtcp(Span<byte> packet, out int plainLength) => UnprotectRtcp(packet, out plainLength, out _);

    /// <inheritdoc cref="UnprotectRtp(Span{byte}, out int, out PacketPosition)"/>
    public DropReason UnprotectRtcp(Span<byte> packet, out int plainLength, out PacketPosition position)
    {
        plainLength = 0;
        position = default;
        if (packet.Length < SessionCipher.RtcpClearLength + Limits.AuthenticationTag + SessionCipher.IndexLength) return DropReason.Truncated;
        if (packet[0] >> 6 != 2 || !SessionCipher.TryReadIndex(packet, out var index)) return DropReason.Malformed;

        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        var reason = FindWindow(_rtcpWindows, ssrc, out var window);
        if (reason != DropReason.None) return reason;
        reason = window?.Check(index) ?? DropReason.None;
        if (reason != DropReason.None) return reason;

        if (!_cipher.TryOpenRtcp(ssrc, index, packet)) return DropReason.NotAuthentic;
        position = Accept(_rtcpWindows, window, ssrc, index);
        plainLength = packet.Length - Limits.AuthenticationTag - SessionCipher.IndexLength;
        return DropReason.None;
    }

    /// <inheritdoc />
    public void Dispose() => _cipher.Dispose();

    /// <summary>Guesses the 48-bit index of a packet from the highest one so far (RFC 3711 section 3.3.1 and appendix A).</summary>
    /// <param name="highest">-1 when there is none: then the rollover counter is 0.</param>
    /// <param name="sequence">The 16 bits of the packet.</param>
    /// <returns>Negative when the packet lies before the first possible one.</returns>
    internal static long EstimateIndex(long highest, ushort sequence)
    {
        if (highest < 0) return sequence;
        var rollover = highest >> 16;
        var last = (int)(highest & 0xFFFF);
        if (last < 32_768)
        {
            if (sequence - last > 32_768) rollover--;
        }
        else if (last - 32_768 > sequence)
        {
            rollover++;
        }
        return rollover < 0 ? -1 : (rollover << 16) | sequence;
    }

    private static DropReason FindWindow(Dictionary<uint, ReplayWindow> windows, uint ssrc, out ReplayWindow? window) =>
        windows.TryGetValue(ssrc, out window) || windows.Count < MaxStreams ? DropReason.None : DropReason.UnknownSsrc;

    private static PacketPosition Accept(Dictionary<uint, ReplayWindow> windows, ReplayWindow? window, uint ssrc, long index)
    {
        if (window is null)
        {
            window = new ReplayWindow();
            windows.Add(ssrc, window);
        }
        var position = new PacketPosition(index, index > window.Highest);
        window.Accept(index);
        return position;
    }
}

/// <summary>Where an authentic packet stands in its stream.</summary>
/// <param name="Index">RTP: rollover counter and sequence number, 48 bits. RTCP: the SRTCP index, 31 bits.</param>
/// <param name="IsNewest">Whether it is newer than every packet of the stream before it; a late or repeated one is not.</param>
public readonly record struct PacketPosition(long Index, bool IsNewest);
