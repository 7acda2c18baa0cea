using Parley.Media.Audio;
using Parley.Media.Synthesis;
using Parley.Protocol.Time;

namespace Parley.Conference.Bots;

/// <summary>The sound a bot makes, 10 ms at a time. Test tones are at -24 dBFS.</summary>
internal sealed class BotMicrophone(BotPlan plan)
{
    private const double TestToneDbfs = -24;

    private readonly short[] _frame = new short[AudioFormat.FrameSamples];
    private readonly ToneSource? _tone = plan.Audio == BotAudioKind.Tone ? new ToneSource(plan.ToneHz, TestToneDbfs) : null;
    private readonly ClickSource? _click = plan.Audio == BotAudioKind.Click ? new ClickSource() : null;
    private int _position;

    /// <summary>The frame whose first sample is captured at <paramref name="capturedAt"/>; valid until the next call.</summary>
    public ReadOnlySpan<short> Next(Instant capturedAt)
    {
        switch (plan.Audio)
        {
            case BotAudioKind.Tone:
                _tone!.Read(_frame);
                break;
            case BotAudioKind.Click:
                _click!.Read(capturedAt, _frame);
                break;
            case BotAudioKind.File:
                var samples = plan.AudioSamples.Span;
                for (var i = 0; i < _frame.Length; i++)
                {
                    _frame[i] = samples[_position];
                    _position = (_position + 1) % samples.Length;
                }
                break;
            default:
                _frame.AsSpan().Clear();
                break;
        }
        return _frame;
    }
}
