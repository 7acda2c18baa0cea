using Parley.Agent.Storage;
using Parley.Conference.Client;
using Parley.Media.Video;
using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;
using Parley.Transport.Impairment;

namespace Parley.Agent.Meetings;

/// <summary>What the person and the page want of a meeting's media; it outlives a meeting and is told to the next.</summary>
/// <remarks>Owned by the agent's own task.</remarks>
internal sealed class MediaSettings
{
    private const int MaxImpairmentText = 300;
    private static readonly SetCodecs JpegOnly = new([VideoCodec.Jpeg], [VideoCodec.Jpeg], Opus: false);

    private readonly AgentMemory _memory;
    private SetCodecs _codecs = JpegOnly;
    private IReadOnlyList<UiTile>? _visible;
    private bool _asksForAll;

    /// <summary>Begins with what is remembered and what the command line says.</summary>
    public MediaSettings(AgentMemory memory, ImpairmentOptions? impairment)
    {
        _memory = memory;
        if (impairment is null or { IsPerfect: true }) return;
        Impairment = impairment;
        ImpairmentText = impairment.ToString();
    }

    /// <summary>What the person wants of pictures.</summary>
    public UiPreferences Preferences => _memory.Preferences;

    /// <summary>The bad network asked for.</summary>
    public ImpairmentOptions Impairment { get; private set; } = ImpairmentOptions.None;

    /// <summary>The same as it was written; empty for none.</summary>
    public string ImpairmentText { get; private set; } = "";

    /// <summary>A new meeting begins: what was on the screen is gone, all else holds for it too.</summary>
    public void Begin(MeetingSession session)
    {
        _visible = null;
        _asksForAll = false;
        TellCodecs(session);
        session.SetReception(Preferences.Reception);
    }

    /// <summary>Who is in the meeting has changed.</summary>
    public void OnView(ClientView view, MeetingSession? session)
    {
        if (_visible is null && view.Phase == ClientPhase.Seated && (_asksForAll || Preferences.Reception != ReceptionMode.Full)) Subscribe(view, session);
    }

    /// <summary>The page says what it shows.</summary>
    public void SetVisible(IReadOnlyList<UiTile> tiles, ClientView? view, MeetingSession? session)
    {
        _visible = tiles;
        Subscribe(view, session);
    }

    /// <summary>The page says which codecs it has; null when it is gone.</summary>
    public void SetCodecs(SetCodecs? codecs, MeetingSession? session)
    {
        _codecs = codecs ?? JpegOnly;
        TellCodecs(session);
    }

    /// <summary>The person says how much to send and to receive.</summary>
    public void SetPreferences(UiPreferences preferences, ClientView? view, MeetingSession? session)
    {
        _memory.Preferences = preferences;
        TellCodecs(session);
        session?.SetReception(preferences.Reception);
        Subscribe(view, session);
    }

    /// <summary>The person asks for a bad network, or for an end of it; false when the text is not understood.</summary>
    public bool TrySetImpairment(string text, MeetingSession? session)
    {
        text = text.Trim();
        var options = ImpairmentOptions.None;
        if (text.Length > MaxImpairmentText || (text.Length > 0 && !ImpairmentOptions.TryParse(text, out options, out _))) return false;
        Impairment = options;
        ImpairmentText = options.IsPerfect ? "" : text;
        session?.SetImpairment(options);
        return true;
    }

    private void TellCodecs(MeetingSession? session) =>
        session?.SetCapabilities(VideoWishes.Codecs(_codecs.Encode, Preferences.Codec), VideoWishes.Codecs(_codecs.Decode, preferred: null), _codecs.Opus);

    private void Subscribe(ClientView? view, MeetingSession? session)
    {
        if (view is null) return;
        // A page that has not said what it shows gets everybody, as the server does it by itself.
        _asksForAll = _visible is null;
        var tiles = _visible ?? [.. view.Participants.Select(p => new UiTile(p.Id, VideoLadder.Default.Width, VideoLadder.Default.Height))];
        session?.SetSubscription(VideoWishes.Tracks(tiles, view.Participants, Preferences.Reception));
    }
}
