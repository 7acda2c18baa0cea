using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Control;

namespace Parley.Conference.Audio;

/// <summary>How sound is sent in one direction for the time being.</summary>
/// <param name="Profile">How it is coded.</param>
/// <param name="Bitrate">Of Opus: bits a second of payload.</param>
/// <param name="Redundancy">How many earlier payloads each packet carries, 0 to 2.</param>
/// <param name="LossPercent">Of Opus: the loss that the payloads are made for, 0 to 100.</param>
internal readonly record struct AudioPlan(AudioProfile Profile, int Bitrate, int Redundancy, int LossPercent)
{
    private const int FramesPerSecond = AudioFormat.SampleRate / AudioFormat.FrameSamples;

    /// <summary>IPv4 and UDP.</summary>
    private const int NetworkHeaders = 28;

    /// <summary>Before each payload that comes again (RFC 2198); before the newest there is one byte.</summary>
    private const int RedundantHeader = 4;

    /// <summary>In which form frames are encoded.</summary>
    public AudioQuality Quality => new(Profile, Bitrate, LossPercent);

    /// <summary>Bits a second while there is sound, with all headers and what is sent again.</summary>
    public long RateOnWire
    {
        get
        {
            var payload = Profile switch
            {
                AudioProfile.L16At48Khz => AudioDecoding.MaxPayload,
                AudioProfile.L16At16Khz => AudioDecoding.MaxPayload / 3,
                _ => Bitrate / 8 / FramesPerSecond,
            };
            var redundant = Redundancy == 0 ? 0 : (Redundancy * (payload + RedundantHeader)) + 1;
            return 8L * FramesPerSecond * (NetworkHeaders + Limits.RtpHeader + payload + redundant + Limits.AuthenticationTag);
        }
    }
}
