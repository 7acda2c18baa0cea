using Parley.Conference.Meetings;
using Parley.Media.Video;
using Parley.Protocol;

namespace Parley.Conference.Relay;

/// <summary>Somebody's camera towards one receiver.</summary>
internal sealed class ReceivedTrack(Seat publisher, IRandomSource random)
{
    /// <summary>Whose camera.</summary>
    public Seat Publisher { get; } = publisher;

    /// <summary>The numbers towards the receiver.</summary>
    public TrackForwarder Forwarder { get; } = new(random);

    /// <summary>What it gets, and what that costs.</summary>
    public TrackAllocation Allocation { get; } = new();

    /// <summary>The same as an encoding.</summary>
    public TrackTarget Target { get; set; } = TrackTarget.None;

    /// <summary>Rows that the receiver's way bears of the large encoding when it is made for it; 0 when none. It begins where every camera begins.</summary>
    public int AffordableHeight { get; set; } = VideoLadder.Default.Height;

    /// <summary>Bits per second of pictures that the receiver's way bears of the large encoding.</summary>
    public long AffordableRate { get; set; } = CameraDemand.Unlimited;
}
