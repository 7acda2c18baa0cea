namespace Parley.Protocol;

/// <summary>Every bound on what the network may make us hold, with its source.</summary>
public static class Limits
{
    /// <summary>Largest UDP payload we send, in bytes: 24 header + 1160 of frame + 16 tag (design section 2).</summary>
    public const int MaxDatagram = 1200;

    /// <summary>Largest UDP payload we read; more is truncated by the socket and refused.</summary>
    public const int MaxReceivedDatagram = 2048;

    /// <summary>Bytes of the AES-GCM tag (RFC 7714 section 14.2).</summary>
    public const int AuthenticationTag = 16;

    /// <summary>Fixed RTP header (RFC 3550 section 5.1).</summary>
    public const int RtpHeader = 12;

    /// <summary>Parley's frame header behind the RTP header of video.</summary>
    public const int FrameHeader = 12;

    /// <summary>Bytes of an encoded picture in one packet.</summary>
    public const int MaxFragment = MaxDatagram - RtpHeader - FrameHeader - AuthenticationTag;

    /// <summary>Largest encoded picture, in bytes; 1080p JPEG at q95 of a busy scene is under it.</summary>
    public const int MaxFrame = 1024 * 1024;

    /// <summary>Most fragments of a frame.</summary>
    public const int MaxFragments = (MaxFrame + MaxFragment - 1) / MaxFragment;

    /// <summary>Contributing sources listed in a mixed packet (RFC 3550: 15; 8 keeps L16 at 48 kHz within a datagram).</summary>
    public const int MaxCsrcs = 8;

    /// <summary>Longest control message of JSON, in bytes. A full late-joiner state of 200 people fits.</summary>
    public const int MaxControlMessage = 256 * 1024;

    /// <summary>Longest control message before authentication (hello), in bytes.</summary>
    public const int MaxUnauthenticatedMessage = 8 * 1024;

    /// <summary>Deepest nesting of JSON we read.</summary>
    public const int MaxJsonDepth = 8;

    /// <summary>Longest display name, in UTF-16 code units after normalisation.</summary>
    public const int MaxName = 64;

    /// <summary>Longest chat text, in UTF-16 code units after normalisation.</summary>
    public const int MaxChatText = 4000;

    /// <summary>Longest id that a client gives a chat line.</summary>
    public const int MaxChatLineId = 64;

    /// <summary>Lines of one person that may be sent without an answer; fewer than the burst the server allows, so that all may be sent again at once.</summary>
    public const int MaxUnansweredChat = 25;

    /// <summary>Chat lines that a meeting keeps for those who come later.</summary>
    public const int MaxChatLines = 2000;

    /// <summary>Characters that the lines kept may have together.</summary>
    public const int MaxChatCharacters = 1_000_000;

    /// <summary>Chat lines told at once.</summary>
    public const int MaxChatPage = 100;

    /// <summary>What they may take as JSON, in bytes; a connection on which more waits than it bears is closed.</summary>
    public const int MaxChatPageBytes = 96 * 1024;

    /// <summary>Seats in a meeting.</summary>
    public const int MaxParticipants = 250;

    /// <summary>People waiting at one meeting's door.</summary>
    public const int MaxWaitingPerMeeting = 20;

    /// <summary>People from one address waiting at any door.</summary>
    public const int MaxWaitingPerAddress = 3;

    /// <summary>Facts of all meetings that wait for the store at once; each is at most a chat text, so under 40 MiB.</summary>
    public const int MaxUnsettledRecords = 4096;

    /// <summary>Replay window, packets per SSRC (design section 2).</summary>
    public const int ReplayWindow = 2048;
}
