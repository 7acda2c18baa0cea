using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Conference.Meetings;

/// <summary>
/// Who is host. The role passes at once when the host leaves and after a minute when the host is away, always to whoever has been present
/// longest; it returns with the seat it was borrowed from. Handing it over on purpose moves it for good.
/// </summary>
internal sealed class HostSuccession(TimeSpan hold)
{
    private string? _returnsTo;

    /// <summary>The host's seat id; empty while the meeting has no seat.</summary>
    public string HostId { get; private set; } = "";

    /// <summary>Sets the first host, or hands the role over for good.</summary>
    public void Appoint(string id)
    {
        HostId = id;
        _returnsTo = null;
    }

    /// <summary>Brings the role where it belongs now.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="seats">All seats in the order of joining.</param>
    /// <returns>Whether the host changed.</returns>
    public bool Update(Instant now, IReadOnlyList<Seat> seats)
    {
        var before = HostId;
        var owner = Find(seats, _returnsTo);
        // A seat that was given up is not what the role was borrowed from, even if its person comes back under the same id.
        if (owner is null) _returnsTo = null;
        else if (owner.Presence == Presence.Present) Appoint(owner.Id);
        var host = Find(seats, HostId);
        if (host is null)
        {
            HostId = (FirstPresent(seats) ?? (seats.Count > 0 ? seats[0] : null))?.Id ?? "";
        }
        else if (host.Presence == Presence.Away && now - host.AwaySince >= hold && FirstPresent(seats) is { } next)
        {
            _returnsTo ??= HostId;
            HostId = next.Id;
        }
        return HostId != before;
    }

    private static Seat? Find(IReadOnlyList<Seat> seats, string? id)
    {
        // By index: an enumerator behind an interface is an allocation, and this runs twice a second while people talk.
        for (var i = 0; i < seats.Count; i++)
        {
            if (seats[i].Id == id) return seats[i];
        }
        return null;
    }

    private static Seat? FirstPresent(IReadOnlyList<Seat> seats)
    {
        for (var i = 0; i < seats.Count; i++)
        {
            if (seats[i].Presence == Presence.Present) return seats[i];
        }
        return null;
    }
}
