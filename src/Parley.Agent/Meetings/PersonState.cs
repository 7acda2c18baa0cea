using Parley.Protocol.Rtp;
using Parley.Protocol.Ui;

namespace Parley.Agent.Meetings;

/// <summary>What holds for the person in front of the page, in a meeting or not.</summary>
/// <param name="Name">Their remembered name.</param>
/// <param name="Microphone">What their microphone does.</param>
/// <param name="Camera">What their camera does.</param>
/// <param name="Preferences">What they want of pictures.</param>
/// <param name="Impairment">The bad network asked for; empty for none.</param>
/// <param name="SentCodec">How their camera is encoded now; null while it is not.</param>
internal sealed record PersonState(
    string Name, DeviceState Microphone, DeviceState Camera, UiPreferences Preferences, string Impairment, VideoCodec? SentCodec);
