using Parley.Conference.Sessions;
using Parley.Protocol.Control;

namespace Parley.Conference.Meetings;

/// <summary>Someone at the door of a meeting.</summary>
/// <param name="Id">Known to the host only.</param>
/// <param name="Name">Normalised, as given.</param>
/// <param name="Audio">The audio profile they will use.</param>
/// <param name="Session">Their connection.</param>
/// <param name="Meeting">Whose door it is.</param>
internal sealed record DoorRequest(string Id, string Name, AudioProfile Audio, Session Session, Meeting Meeting)
{
    /// <summary>What the host is told.</summary>
    public JoinRequestState ToState() => new(
        Id, Name, Session.Check, System.Buffers.Text.Base64Url.EncodeToString(Session.Peer.PeerKeyHash.Span));
}
