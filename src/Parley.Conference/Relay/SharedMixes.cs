using Parley.Conference.Audio;
using Parley.Media.Audio;

namespace Parley.Conference.Relay;

/// <summary>
/// The mix that all hear who do not speak, encoded once for each form in which somebody wants it: five at most, however many listen.
/// </summary>
internal sealed class SharedMixes(IAudioCodecs codecs)
{
    private readonly List<(AudioQuality Quality, AudioPacketizer Packetizer)> _forms = [];
    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private long _mixedAt = -1;

    /// <summary>The mix of this tick in one form, encoded when the first listener asks.</summary>
    /// <param name="mediaTime">Of the tick, in samples.</param>
    /// <param name="plan">How the listener wants it.</param>
    /// <param name="mixer">Has the voices of the tick.</param>
    /// <returns>Null when the codec failed.</returns>
    public AudioPacketizer? Get(long mediaTime, in AudioPlan plan, Mixer mixer)
    {
        // Loss is a matter of one listener, and what it costs is sent to that one alone, as redundancy.
        var packetizer = Form(plan.Quality with { LossPercent = 0 });
        if (packetizer.MediaTime == mediaTime) return packetizer.HasFrame ? packetizer : null;
        if (_mixedAt != mediaTime)
        {
            // Several forms may share the mix; its limiter must run once a tick.
            mixer.MixFor(-1, _frame);
            _mixedAt = mediaTime;
        }
        if (packetizer.MediaTime != mediaTime - AudioFormat.FrameSamples) packetizer.Reset();
        return packetizer.Encode(mediaTime, plan.Quality with { LossPercent = 0 }, _frame) ? packetizer : null;
    }

    /// <summary>Gives the encoders back; the meeting is over.</summary>
    public void Release()
    {
        foreach (var (_, packetizer) in _forms) packetizer.Dispose();
        _forms.Clear();
    }

    private AudioPacketizer Form(in AudioQuality quality)
    {
        // All at once, so that a listener who changes to another form costs the media path no allocation.
        if (_forms.Count == 0) _forms.AddRange(AudioPolicy.Qualities(codecs.HasOpus).Select(q => (q, new AudioPacketizer(codecs, MeetingAudio.CodecComplexity))));
        foreach (var form in _forms)
        {
            if (form.Quality == quality) return form.Packetizer;
        }
        throw new InvalidOperationException($"Nobody may want {quality}.");
    }
}
