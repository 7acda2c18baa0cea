using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Agent.Meetings;

/// <summary>Turns what a person wants and a browser can do into what the server is told. Pure.</summary>
internal static class VideoWishes
{
    /// <summary>The bandwidth saver takes pictures of this height at most: the small encoding.</summary>
    public const int SaverHeight = 144;

    /// <summary>The tracks to ask for.</summary>
    /// <param name="tiles">What is on the screen.</param>
    /// <param name="participants">Who is in the meeting.</param>
    /// <param name="reception">How much is wanted.</param>
    public static IReadOnlyList<TrackWish> Tracks(
        IReadOnlyList<UiTile> tiles, IReadOnlyList<ParticipantState> participants, ReceptionMode reception) => reception switch
        {
            ReceptionMode.Full => Tracks(tiles, participants, int.MaxValue),
            ReceptionMode.Saver => Tracks(tiles, participants, SaverHeight),
            ReceptionMode.AudioOnly => [],
            _ => throw new ArgumentOutOfRangeException(nameof(reception)),
        };

    /// <summary>Codecs in the order of preference, each once, JPEG always among them: it is what everybody can.</summary>
    /// <param name="codecs">What the page says.</param>
    /// <param name="preferred">What the person wants first, if the page can.</param>
    public static IReadOnlyList<VideoCodec> Codecs(IReadOnlyList<VideoCodec> codecs, VideoCodec? preferred)
    {
        var known = codecs.Append(VideoCodec.Jpeg).Where(Enum.IsDefined).Distinct().ToList();
        if (preferred is { } first && known.Remove(first)) known.Insert(0, first);
        return known;
    }

    private static List<TrackWish> Tracks(IReadOnlyList<UiTile> tiles, IReadOnlyList<ParticipantState> participants, int maxHeight) =>
        tiles.Where(t => t.Height > 0)
            .Join(participants, t => t.Id, p => p.Id, (t, p) => new TrackWish(p.VideoSsrc, Math.Min(t.Height, maxHeight)))
            .ToList();
}
